#include "table/row_number.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

namespace mdl {
namespace {

bool is_index_name(std::string_view name) {
  for (const std::string_view start : {"__index_level_", "Unnamed: "}) {
    if (!name.starts_with(start)) continue;
    name.remove_prefix(start.size());
    if (start[0] == '_' && name.ends_with("__")) name.remove_suffix(2);
    return !name.empty() && name.find_first_not_of("0123456789.") == std::string_view::npos;  // "Unnamed: 0.1": read
                                                                                              // and written twice
  }
  return false;
}

bool is_whole(double value) { return value == std::floor(value); }

/// Of the rows from `begin` to `end`, each of which stands for so many of the table.
Numbering numbering_of_rows(const Column& column, size_t begin, size_t end, double each) {
  constexpr double kPairs = 10, kSparsest = 10;
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (size_t row = begin; row < end; ++row) {
    const double value = column.number(row);
    if (!is_whole(value)) return Numbering::kNone;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  const double count = static_cast<double>(end - begin), range = high - low + 1;
  if (count < 2 || range < count || range > kSparsest * each * count) return Numbering::kNone;
  std::vector<double> values;
  values.reserve(end - begin);
  for (size_t row = begin; row < end; ++row) values.push_back(column.number(row));
  std::ranges::sort(values);
  if (std::ranges::adjacent_find(values) != values.end()) return Numbering::kNone;
  if (count * count >= 2 * kPairs * range) return Numbering::kRows;
  return range == count ? Numbering::kPerhaps : Numbering::kNone;
}

}  // namespace

Numbering numbering_of(const Column& column, const Dataset& table) {
  if (column.kind != ColumnKind::kNumeric || !column.form.is_number() || column.missing > 0) return Numbering::kNone;
  const auto all_whole = [](const std::vector<double>& block) { return std::ranges::all_of(block, is_whole); };
  if (is_index_name(column.name) && std::ranges::all_of(column.numbers, all_whole)) return Numbering::kRows;
  const double each = static_cast<double>(std::max(table.rows, table.all_rows)) / static_cast<double>(table.rows);
  const Numbering all = numbering_of_rows(column, 0, table.rows, each);
  if (all != Numbering::kNone || table.files.size() < 2) return all;
  for (size_t i = 0; i < table.files.size(); ++i) {
    const size_t end = i + 1 < table.files.size() ? table.files[i + 1] : table.rows;
    if (numbering_of_rows(column, table.files[i], end, each) != Numbering::kRows) return Numbering::kNone;
  }
  return Numbering::kRows;
}

}  // namespace mdl
