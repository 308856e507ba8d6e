// The cells of records counted into the bins of a model's training rows.
#pragma once

#include <string>
#include <vector>

#include "metrics/drift.h"
#include "table/encoder.h"
#include "table/records.h"

namespace mdl {

/// The bin of a cell of the `feature`, as it comes, in its histogram's counts.
size_t bin_of_cell(const Encoder& encoder, const Feature& feature, const Cell& cell);

/// `counts`: by feature, in the bins of its histogram.
Drift drift_from_training(const Encoder& encoder, const std::vector<std::vector<int64_t>>& counts);

class DriftCounter {
 public:
  /// `encoder` must outlive this. Its columns are there, and its model has histograms.
  DriftCounter(const Encoder& encoder, const RecordReader& records);

  /// Numbers are numbers: the record has been encoded.
  void add(const RecordReader& record);

  Drift drift() const;

 private:
  const Encoder& encoder_;
  std::vector<size_t> places_;
  std::vector<std::vector<int64_t>> counts_;
};

}  // namespace mdl
