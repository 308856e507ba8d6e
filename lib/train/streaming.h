// Tables larger than memory (data.streaming): read once, into a cache on the disk that training reads from.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/console.h"
#include "config/config.h"
#include "table/dataset.h"
#include "train/training_data.h"

namespace mdl {

/// What data.streaming and data.memory stand for where they are auto, as --set has it: true where the files are larger
/// than the memory, those that are compressed as if five times as large; and, of a streamed table, half of what there
/// is. `processes` share the machine (ranks.h), each with a part of its memory.
std::vector<std::string> streaming_settings(const Config& config, int processes = 1);

/// Throws Error where the config needs more of the table than a stream of its rows.
void expect_streamable(const Config& config);

/// Reads the table into a cache of encoded rows, in three passes over its cells, of which the first reads the files and
/// the others what it left on the disk. In memory are the rows that validate, drawn as in memory but fewer where they
/// would take more than an eighth of data.memory, and a sample of those that train. The encoder is fitted on a sample
/// of rows (table/row_sample.h): with at most as many rows in the table it is the one that is fitted in memory. The
/// categories and how many rows have each, the shares of classes, and the mean, the deviation and the range of numbers
/// are those of all rows; so is what any row decides, as whether a column is constant or a cell is missing. Throws
/// Error as reading into memory does, and when the disk is full.
TrainingData read_into_cache(const Config& config, const DatasetOptions& options,
                             std::shared_ptr<const StartModel> start, Console& console, int processes);

}  // namespace mdl
