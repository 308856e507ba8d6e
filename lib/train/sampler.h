// Which rows each step of a network's training sees.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/random.h"
#include "train/row_windows.h"

namespace mdl {

struct SamplerOptions {
  size_t batch_size = 1;
  bool drop_last = false;              // an epoch's last batch, where it is smaller than the others
  size_t rows_each = 0;                // all networks have as many steps an epoch as one of so many rows
  uint64_t seed = 0;                   // the network's own
  std::optional<WindowOrder> windows;  // of rows that are streamed
};

/// In every epoch all rows once, in an order that is a function of (seed, epoch) alone, cut into batches: of more than
/// `rows_each` the first ones; of fewer all in smaller batches, or where there are fewer rows than steps, one row each,
/// again and again. Where several processes share a batch, each takes a stretch of the span.
///
/// Of rows that are streamed each window's rows once, numbered from the window's first, in an order that is a function
/// of (seed, epoch, window).
class Sampler {
 public:
  Sampler(std::vector<uint32_t> rows, const SamplerOptions& options);

  /// Of rows that are streamed a sample.
  const std::vector<uint32_t>& rows() const { return rows_; }
  int64_t batches_per_epoch() const { return batches_per_epoch_; }

  /// The rows of a step, counted from 0. Valid until the next call. Quick where steps come one after another.
  std::span<const uint32_t> batch(int64_t step);

 private:
  std::span<const uint32_t> batch_of_window(int64_t epoch, int64_t place);

  const std::vector<uint32_t> rows_;
  const bool is_short_;  // fewer than others have
  const uint64_t seed_;
  const size_t batch_size_;
  const int64_t batches_per_epoch_;
  int64_t epoch_ = -1;  // whose order `order_` is
  std::vector<uint32_t> order_;
  const std::optional<WindowOrder> windows_;
  int64_t window_ = -1;  // likewise
};

/// Training rows that the initial weights are fitted to: all of them, or 8,192 evenly spread ones.
std::vector<uint32_t> initial_sample(const std::vector<uint32_t>& rows);

}  // namespace mdl
