// Encoded training rows on the disk, of which some are in memory at a time: what a streamed run trains on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "io/scratch_file.h"
#include "table/encoder.h"

namespace mdl {

/// Rows as a network learns from them, with what is learned of each and its weight in training.
struct CachedRows {
  EncodedRows rows;  // without bags, which all rows share, and exposures, which targets and weights have in them
  std::vector<float> targets;
  std::vector<float> weights;  // empty: all 1
};

/// What a row takes: four bytes for each number and index, for its target, and for its weight if there are any.
class RowCache {
 public:
  /// Of `rows` rows of so many numbers and indices. The file is in `folder` (ScratchFile).
  RowCache(const std::string& folder, size_t rows, size_t numbers, size_t indices, bool weights, int64_t memory);

  size_t rows() const { return rows_; }
  size_t row_bytes() const { return 4 * (numbers_ + indices_ + (weights_ ? 2 : 1)); }

  /// Of data.memory: what the rows that are in memory while training may take.
  int64_t memory() const { return memory_; }

  /// Puts rows at a place, which is done once for each row. Any thread may.
  void write(size_t first, const CachedRows& rows);

  /// Weights are multiplied by it as they are read; before, none is.
  void scale_weights(double factor) { weight_factor_ = factor; }

  /// Reads `count` rows from `first` on, those behind the last being the first ones, to row `at` of `to`, which has
  /// room for them.
  void read(size_t first, size_t count, CachedRows& to, size_t at) const;

  /// Makes room for as many rows.
  void resize(CachedRows& rows, size_t count) const;

 private:
  void read_straight(size_t first, size_t count, CachedRows& to, size_t at) const;

  const size_t rows_, numbers_, indices_;
  const bool weights_;
  const int64_t memory_;
  double weight_factor_ = 1;
  std::unique_ptr<ScratchFile> file_;
};

}  // namespace mdl
