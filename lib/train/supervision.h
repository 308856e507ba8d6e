// What the columns of a table say is to be learned.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "table/dataset.h"
#include "table/target.h"
#include "train/start_model.h"

namespace mdl {

/// The target and, a row each, its values and the rows' weights and exposures.
struct Supervision {
  Target target;
  TargetValues labels;
  std::vector<double> weights;    // empty: all weigh the same
  std::vector<double> exposures;  // empty: there are none
  std::string other_reading;      // how the target could be read otherwise (target.h), or ""
};

/// Infers task and classes, or takes the target of `start`, which must fit what is inferred. Throws Error when the
/// target, the weights or the exposures are not there or not to be
/// learned with, or do not fit the loss.
Supervision supervision_of(const Config& config, const Dataset& dataset, const StartModel* start = nullptr);

}  // namespace mdl
