// The weights of rows.
#pragma once

#include <string>

#include "table/records.h"

namespace mdl {

/// Whether it is at least 0, and finite as a float.
bool is_weight(double number);

/// Reads them from a column of a stream.
class WeightReader {
 public:
  /// Throws Error when there is no such column.
  WeightReader(std::string column, const RecordReader& records);

  /// Throws Error when the row has none.
  float read(const RecordReader& record) const;

 private:
  std::string column_;
  size_t place_;
};

}  // namespace mdl
