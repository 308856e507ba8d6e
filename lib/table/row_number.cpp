#include "table/row_number.h"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace mdl {
namespace {

bool is_index_name(std::string_view name) {
  for (const std::string_view start : {"__index_level_", "Unnamed: "}) {
    if (!name.starts_with(start)) continue;
    name.remove_prefix(start.size());
    if (start[0] == '_' && name.ends_with("__")) name.remove_suffix(2);
    return !name.empty() && name.find_first_not_of("0123456789.") == std::string_view::npos;   // "Unnamed: 0.1": read and written twice
  }
  return false;
}

/// Of whole numbers in ascending order.
Numbering numbering_of_sorted(const std::vector<double>& values) {
  if (values.size() < 2 || std::ranges::adjacent_find(values) != values.end()) return Numbering::kNone;
  constexpr double kPairs = 10;
  const double count = static_cast<double>(values.size()), range = values.back() - values.front() + 1;
  if (count * count >= 2 * kPairs * range) return Numbering::kRows;
  return range == count ? Numbering::kPerhaps : Numbering::kNone;
}

}  // namespace

Numbering numbering_of(const Column& column, const Table& table) {
  if (column.kind != ColumnKind::kNumeric || column.form != NumberForm() || column.missing > 0) return Numbering::kNone;
  for (const auto& block : column.numbers) {
    if (!std::ranges::all_of(block, [](double value) { return value == std::floor(value); })) return Numbering::kNone;
  }
  if (is_index_name(column.name)) return Numbering::kRows;
  const auto numbering_of_rows = [&](size_t begin, size_t end) {
    std::vector<double> values;
    values.reserve(end - begin);
    for (size_t row = begin; row < end; ++row) values.push_back(column.number(row));
    std::sort(values.begin(), values.end());
    return numbering_of_sorted(values);
  };
  const Numbering all = numbering_of_rows(0, table.rows);
  if (all != Numbering::kNone || table.files.size() < 2) return all;
  for (size_t i = 0; i < table.files.size(); ++i) {
    if (numbering_of_rows(table.files[i], i + 1 < table.files.size() ? table.files[i + 1] : table.rows) != Numbering::kRows) return Numbering::kNone;
  }
  return Numbering::kRows;
}

}  // namespace mdl
