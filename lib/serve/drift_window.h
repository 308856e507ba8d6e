// What a served model has been asked lately, in the bins of its training rows.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "metrics/drift.h"
#include "table/record_encoder.h"

namespace mdl {

/// Counts rows of this hour and of the one before; for several threads at once.
class DriftWindow {
 public:
  /// `encoder` must outlive this. Of one without histograms nothing is counted.
  explicit DriftWindow(const Encoder& encoder);

  void add(const RecordReader& record, const RecordEncoder& columns);

  /// Begins another hour; the one before the last is forgotten.
  void turn();

  Drift drift() const;

 private:
  const Encoder& encoder_;
  std::vector<size_t> starts_;  // of each feature's bins, and their end
  std::array<std::unique_ptr<std::atomic<int64_t>[]>, 2> counts_;
  std::atomic<size_t> current_ = 0;
};

/// Picks rows of a request: the first 16, then one in 16, so that counting costs little beside answering.
class DriftSampler {
 public:
  DriftSampler(DriftWindow& window, const RecordEncoder& columns) : window_(window), columns_(columns) {}

  void add(const RecordReader& record) {
    constexpr size_t kFirst = 16, kStride = 16;
    if (rows_ < kFirst || rows_ % kStride == 0) window_.add(record, columns_);
    ++rows_;
  }

 private:
  DriftWindow& window_;
  const RecordEncoder& columns_;
  size_t rows_ = 0;
};

}  // namespace mdl
