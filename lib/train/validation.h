// How good the members' average is on the validation rows, while training runs and at its end.
#pragma once

#include <string>
#include <vector>

#include "infer/predictions.h"
#include "metrics/metric.h"
#include "modelfile/model.h"
#include "train/training_data.h"

namespace mdl {

struct ValidationResult {
  double loss = 0;  // mean log loss, at the fitted temperature where there is one; or mean squared error, standardised
  Scores scores;    // accuracy, or R2
  double temperature = 1;
};

/// `outputs`: of each network [its validation rows, network outputs]. With folds a row's prediction is that of the
/// networks which did not train on it.
ValidationResult validate(const TrainingData& data, std::vector<std::vector<float>> outputs, Calibration calibration);

/// Of the validation rows, in their order; with folds each by the networks that did not train on it.
Predictions validation_predictions(const Model& model, const TrainingData& data, const std::string& device,
                                   size_t threads);

}  // namespace mdl
