// Which rows of a table belong to which group of a slice, and how the groups fare.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/evaluator.h"
#include "metrics/slices.h"
#include "table/null_values.h"
#include "table/records.h"

namespace mdl {

class Groups {
 public:
  static constexpr size_t kMost = 100;

  /// Throws Error when the stream lacks one of the columns. `missing` must outlive this.
  Groups(std::vector<std::string> columns, const NullValues& missing, const RecordReader& records);

  /// The next row; cells of the same value (value.h) are one group. Throws Error when there are more than kMost groups.
  void add(const RecordReader& record);

  size_t count() const { return codes_.size(); }

  /// Of the rows that were added, which `evaluator` has in the same order. Without a confidence the groups have no
  /// intervals.
  Slice slice(const Evaluator& evaluator, const Model& model, std::optional<double> confidence) const;

 private:
  /// The values of a column, each by the shortest spelling that was met.
  struct Values {
    std::map<std::string, size_t, std::less<>> codes;  // by canonical spelling
    std::vector<std::string> names;
  };

  size_t code_of(Values& values, std::string_view cell) const;

  std::vector<std::string> columns_;
  const NullValues& missing_;
  std::vector<size_t> places_;
  std::vector<Values> values_;                    // by column
  std::map<std::vector<size_t>, uint8_t> codes_;  // by the values' codes
  std::deque<uint8_t> code_of_row_;
};

}  // namespace mdl
