// Which evaluation of a training run is the one whose weights are kept.
#pragma once

#include <optional>
#include <vector>

#include "report/report.h"

namespace mdl {

/// Position of the evaluation with the best score of `metric`, or without one the lowest validation loss; the first of
/// equal ones. Where the score is undefined an evaluation is behind all others; where it always is, the loss decides.
/// `history` is not empty.
size_t best_evaluation(const std::vector<EpochRecord>& history, std::optional<Metric> metric);

}  // namespace mdl
