// How good the members' average is on the validation rows, while training runs and at its end.
#pragma once

#include <span>
#include <vector>

#include "metrics/metric.h"
#include "train/prepare.h"

namespace mdl {

struct ValidationResult {
  double loss = 0;            // mean log loss, at the best temperature where one is fitted; or mean squared error, standardised
  Scores scores;              // accuracy, or R2
  double temperature = 1;
};

/// `outputs`: of each member [validation rows, network outputs].
ValidationResult validate(const Prepared& prepared, const std::vector<std::vector<float>>& outputs, Calibration calibration);

}  // namespace mdl
