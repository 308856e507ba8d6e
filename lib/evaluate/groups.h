// Which rows of a table belong to which group of a slice, and how the groups fare.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "evaluate/evaluator.h"
#include "evaluate/slice_columns.h"
#include "metrics/slices.h"
#include "table/null_values.h"
#include "table/records.h"

namespace mdl {

/// One column of a slice: which of its groups each row belongs to. It takes a byte a row, or 8 where more than kMost
/// different numbers are to be cut by their quantiles.
class ColumnGroups {
 public:
  static constexpr size_t kMost = 100;      // values of a column, and groups of a slice
  static constexpr size_t kMostApart = 20;  // more numbers are cut by their quantiles
  static constexpr size_t kBins = 5;        // into so many intervals

  /// Throws Error when the stream lacks the column, and when cuts do not fit it. `encoder` must outlive this.
  ColumnGroups(const SliceColumn& column, const Encoder& encoder, const RecordReader& records);

  /// The next row; cells of the same value (value.h) are one group. Throws Error when there are too many of them.
  void add(const RecordReader& record);

  struct Named {
    std::vector<std::string> names;  // of the groups; of intervals in their order
    std::deque<uint8_t> of_row;      // to which each row belongs
    bool intervals = false;
  };
  Named take();

 private:
  std::optional<double> number_of(std::string_view cell);
  void add_value(const RecordReader& record, std::string_view name);
  void add_to_interval(const RecordReader& record, std::string_view cell, bool missing);
  std::vector<double> numbers() const;
  std::string end_name(double number) const;
  Named intervals(const std::vector<double>& cuts, std::deque<uint8_t> of_row) const;

  SliceColumn column_;
  const NullValues& missing_;
  size_t place_;
  std::vector<NumberForm> forms_;    // in which all cells so far are numbers, the likeliest first; none: they are texts
  std::vector<double> cuts_;         // as asked
  std::deque<uint8_t> code_of_row_;  // its value, or the interval between cuts_

  std::map<std::string, size_t, std::less<>> codes_;  // of the values, by canonical spelling
  std::vector<std::string> names_;                    // of each, the shortest spelling that was met
  std::vector<double> numbers_;                       // of each; NaN where it is missing or a text

  bool many_ = false;                 // there are so many numbers that each row's is kept, not which one it is
  std::deque<double> number_of_row_;  // NaN where it is missing
};

class Groups {
 public:
  /// Throws Error as ColumnGroups does.
  Groups(const std::vector<SliceColumn>& columns, const Encoder& encoder, const RecordReader& records);

  void add(const RecordReader& record) {
    for (ColumnGroups& column : columns_) column.add(record);
  }

  /// Of the rows that were added, which `evaluator` has in the same order; they are gone then. Without a confidence the
  /// groups have no intervals. Throws Error when there are more than ColumnGroups::kMost groups.
  Slice slice(const Evaluator& evaluator, const Model& model, std::optional<double> confidence);

 private:
  std::string file_;
  std::vector<std::string> names_;
  std::vector<ColumnGroups> columns_;
};

}  // namespace mdl
