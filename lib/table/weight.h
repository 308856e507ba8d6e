// The weights of rows.
#pragma once

#include <string>

#include "config/config.h"
#include "table/records.h"

namespace mdl {

/// Whether it is at least 0 and no larger than a float holds, as which a network learns with it.
bool is_weight(double number);

/// Reads them from a column of a stream.
class WeightReader {
 public:
  /// `form` is how its numbers are spelled. Throws Error when there is no such column.
  WeightReader(std::string column, const NumberForm& form, const RecordReader& records);

  /// Throws Error when the row has none.
  double read(const RecordReader& record) const;

 private:
  std::string column_;
  NumberForm form_;
  size_t place_;
};

}  // namespace mdl
