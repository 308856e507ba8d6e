// Which rows of a table train and which validate, as a config has it.
#pragma once

#include "config/config.h"
#include "table/split.h"
#include "train/supervision.h"

namespace mdl {

/// Throws Error when train.folds, or the folds of data.split, do not go together with other keys.
void check_folds(const Config& config);

/// Rows without a target are on neither side; with data.validation a file, none validates yet. Throws Error when none
/// is left to train on, or a fold is empty.
Split split_rows(const Config& config, const Dataset& dataset, const Supervision& known);

}  // namespace mdl
