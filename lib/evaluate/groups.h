// Which rows of a table belong to which group of a slice, and how the groups fare.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "evaluate/tally.h"
#include "metrics/slices.h"
#include "table/csv.h"

namespace mdl {

class Groups {
 public:
  static constexpr size_t kMost = 100;

  /// Throws Error when the stream lacks one of the columns.
  Groups(std::vector<std::string> columns, const CsvReader& csv);

  /// The next row's cells, as they stand. Throws Error when there are more than kMost groups.
  void add(const CsvReader& record);

  size_t count() const { return values_.size(); }

  /// Of the rows that were added, which `tally` has in the same order. Without `intervals` the groups have none.
  Slice slice(const Tally& tally, const Model& model, const BootstrapOptions* intervals) const;

 private:
  std::vector<std::string> columns_;
  std::vector<size_t> places_;
  std::map<std::string, uint8_t> codes_;              // by cells, a NUL after each
  std::vector<std::vector<std::string>> values_;      // by code
  std::deque<uint8_t> code_of_row_;
};

}  // namespace mdl
