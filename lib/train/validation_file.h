// Validation rows from a file of their own.
#pragma once

#include <string>
#include <vector>

#include "train/training_data.h"

namespace mdl {

/// Puts the rows of `path` behind those of `data`, to validate; their weights are in the column `weight`, "" where rows
/// have none. Returns what is unseen in them, a line each. Throws Error where a row does not fit the training rows.
std::vector<std::string> append_validation_file(const std::string& path, const std::string& weight, TrainingData& data);

}  // namespace mdl
