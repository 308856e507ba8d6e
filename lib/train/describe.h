// What a run learns from, in words.
#pragma once

#include <string>
#include <vector>

#include "train/training_data.h"

namespace mdl {

/// Lines for a person: table and features, what was found in them, target and parts.
std::vector<std::string> describe(const TrainingData& data);

}  // namespace mdl
