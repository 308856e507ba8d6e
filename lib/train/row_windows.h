// The order in which a streamed run trains: stretches of the cached rows in an order drawn by (seed, epoch), some of
// them in memory at a time, a window, whose rows each network takes in an order of its own.
#pragma once

#include <algorithm>
#include <cstdint>
#include <future>
#include <utility>
#include <vector>

#include "config/config.h"
#include "train/row_cache.h"

namespace mdl {

/// In every epoch the rows, seen as a ring, are cut into stretches from another place on. The last, shorter one stands
/// at the end, so that every window but the last is of whole batches.
class WindowOrder {
 public:
  /// Of `rows` rows, at most `window_rows` of them in memory, which are at least a batch.
  WindowOrder(size_t rows, size_t batch_size, size_t window_rows, uint64_t seed);

  size_t windows() const { return windows_; }  // of an epoch
  size_t rows_of(size_t window) const;
  int64_t batches_of_window() const {
    return static_cast<int64_t>(window_rows() / batch_size_);
  }  // but of the last one

  /// That of the epoch's batch number `batch`, from 0.
  int64_t window_of(int64_t batch) const {
    return std::min(batch / batches_of_window(), static_cast<int64_t>(windows_) - 1);
  }

  /// The window's stretches: each one's first row and number of rows.
  std::vector<std::pair<size_t, size_t>> stretches(int64_t epoch, size_t window) const;

 private:
  size_t window_rows() const { return stretch_ * stretches_of_window_; }

  size_t rows_, batch_size_;
  uint64_t seed_;
  size_t stretch_ = 0, stretches_ = 0, stretches_of_window_ = 0, windows_ = 0;
};

/// The order by which a run of this config trains on the cache. Throws Error where the memory is too small for a batch.
WindowOrder window_order(const RowCache& cache, const TrainConfig& train);

/// Windows one after another, the next one read by another thread meanwhile.
class WindowReader {
 public:
  /// `steps`: of an epoch. `cache` must outlive this.
  WindowReader(const RowCache& cache, const WindowOrder& order, int64_t steps);
  ~WindowReader();
  WindowReader(const WindowReader&) = delete;
  WindowReader& operator=(const WindowReader&) = delete;

  /// Brings the window of a step, counted from 0, and returns the first step that needs another one.
  int64_t reach(int64_t step);

  /// The window at hand.
  const CachedRows& rows() const { return here_; }

 private:
  void read(int64_t number, CachedRows& to) const;

  const RowCache& cache_;
  const WindowOrder order_;
  const int64_t steps_;
  int64_t number_ = -1, next_number_ = -1;  // windows, counted over all epochs
  CachedRows here_, next_;
  std::future<void> reading_;
};

}  // namespace mdl
