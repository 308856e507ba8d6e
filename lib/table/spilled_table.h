// A table larger than memory: read once, with types inferred from all rows as in memory (dataset.h), while its cells go
// to the disk, column by column in blocks of rows.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "io/scratch_file.h"
#include "table/dataset.h"
#include "table/row_sample.h"

namespace mdl {

struct SpillOptions {
  std::string folder;  // of the cache
  int64_t memory = 0;  // that the table may take (data.memory)
  size_t threads = 1;  // that work on columns
  uint64_t seed = 0;   // of the sample
};

class SpilledTable {
 public:
  /// Reads the files. What comes of them does not depend on the number of threads: files are read side by side, each
  /// by a thread of its own, but their records are taken one file after the other, and columns are then worked on side
  /// by side. Throws Error as read_dataset() does, and when the different texts take more than a quarter of the memory.
  SpilledTable(const std::vector<std::string>& paths, const DatasetOptions& options, const SpillOptions& spill);

  /// All of it but the cells: given out once.
  Dataset take_table();

  size_t rows() const { return table_.rows; }
  size_t block_rows() const { return block_rows_; }
  size_t blocks() const { return (table_.rows + block_rows_ - 1) / block_rows_; }

  /// Numbers of the sample's rows in the table, ascending.
  const std::vector<uint64_t>& sample() const { return sample_; }

  /// Appends the cells of a block of a column's rows to `to` as a block. Any thread may.
  void load(size_t column, size_t block, Column& to) const;

  /// Appends the cells of some rows, ascending, to `to`, and counts those that are missing. Any thread may. `see` is
  /// shown all blocks of the column; without it only those with such rows are read.
  void gather(size_t column, const std::vector<uint64_t>& rows, Column& to,
              const std::function<void(size_t block, const Column& part)>& see = {}) const;

  /// Gives the room of a block of all columns back: it is not read again.
  void release(size_t block);

 private:
  enum class Width : uint8_t { kCode8, kCode16, kCode32, kFloat, kDouble };
  struct Segment {
    uint64_t offset = 0;
    Width width = Width::kDouble;
  };
  struct Spilled {
    std::vector<Segment> segments;         // a block each
    std::vector<double> numbers_of_codes;  // of a column of numbers: of those in segments of codes
    std::vector<int32_t> merged_codes;     // of texts; empty: codes are as they were written
  };
  class Reading;

  size_t rows_of(size_t block) const { return std::min(block_rows_, table_.rows - block * block_rows_); }
  static size_t bytes_of(Width width);
  void spill(size_t column, ColumnBuilder::Cells cells);

  Dataset table_;
  size_t block_rows_ = kBlockRows;
  std::vector<Spilled> columns_;
  std::vector<uint64_t> sample_;
  ScratchFile file_;
};

}  // namespace mdl
