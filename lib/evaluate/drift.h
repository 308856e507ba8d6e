// The cells of records counted into the bins of a model's training rows.
#pragma once

#include <string>
#include <vector>

#include "metrics/drift.h"
#include "table/encoder.h"
#include "table/records.h"

namespace mdl {

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
