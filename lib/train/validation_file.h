// Validation rows from a file of their own.
#pragma once

#include <string>
#include <vector>

#include "train/training_data.h"

namespace mdl {

/// Puts the rows of the file that data.validation names behind those of `data`, to validate.
/// Returns what is unseen in them, a line each. Throws Error where a row does not fit the training rows.
std::vector<std::string> append_validation_file(const DataConfig& config, TrainingData& data);

}  // namespace mdl
