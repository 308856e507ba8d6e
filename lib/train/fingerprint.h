// What the result of a run depends on.
#pragma once

#include "train/plan.h"
#include "train/state.h"

namespace mdl {

/// What chose the weights that a state keeps as the best.
inline constexpr const char* kMetric = "train.metric";

/// In the fingerprint of a run of one network alone: members compute with a thread each, be there many or few of them.
inline constexpr const char* kThreads = "the number of threads";

RunFingerprint fingerprint_of(const Config& config, const TrainingData& data, const Plan& plan);

}  // namespace mdl
