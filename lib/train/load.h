// From the config's files to what a run learns from.
#pragma once

#include "base/console.h"
#include "train/training_data.h"

namespace mdl {

/// Reads the table, splits it, encodes it, and tells on `console` what was found. `processes` share the
/// machine. Throws Error.
TrainingData load_training_data(const Config& config, Console& console, int processes = 1);

/// Fills the values of `config` that depend on the data. Throws Error where some do not fit the task.
void resolve_by_data(Config& config, const TrainingData& data);

}  // namespace mdl
