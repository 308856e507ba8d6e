#include "evaluate/slice_columns.h"

#include <algorithm>

#include "base/error.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "metrics/slices.h"

namespace mdl {
namespace {

/// Whether it begins as numbers, dates and times do.
bool may_be_cut(std::string_view text) {
  text = trim(text);
  for (const std::string_view sign : {"-", "+", "\u2212", "."}) {
    if (text.starts_with(sign)) text.remove_prefix(sign.size());
  }
  return !text.empty() && text[0] >= '0' && text[0] <= '9';
}

/// The length of the longest name of a column that a colon follows, or 0.
size_t name_before_cut(const std::string& part, const RecordReader& records) {
  for (size_t colon = part.rfind(':'); colon != std::string::npos && colon > 0; colon = part.rfind(':', colon - 1)) {
    if (records.find(part.substr(0, colon)) < records.header().size()) return colon;
  }
  return 0;
}

/// A gate's column: the cuts of its interval, where it names one.
SliceColumn column_of(const std::string& name, const std::string& value) {
  const auto ends = interval_ends(value);
  if (!ends) return {.name = name, .cuts = {}, .every_value = true};
  SliceColumn column{.name = name, .may_be_value = true};
  for (const std::string& end : {ends->first, ends->second}) {
    if (!end.empty()) column.cuts.push_back(end);
  }
  if (column.cuts.empty()) column.every_value = true;
  return column;
}

/// Whether the intervals between the column's cuts have the gate's among them.
bool has_interval(const SliceColumn& column, const std::string& value) {
  for (size_t i = 0; i <= column.cuts.size(); ++i) {
    const std::string low = i == 0 ? "" : column.cuts[i - 1], high = i == column.cuts.size() ? "" : column.cuts[i];
    if (same_interval(interval_name(low, high), value)) return true;
  }
  return false;
}

/// Whether the slice has the gate's group; then many numbers stay apart where the gate is about one of them.
bool take_gate(std::vector<SliceColumn>& slice, const Gate& gate) {
  std::vector<SliceColumn*> by_value;
  if (slice.size() != gate.group.size()) return false;
  for (const auto& [name, value] : gate.group) {
    const auto column = std::ranges::find(slice, name, &SliceColumn::name);
    if (column == slice.end()) return false;
    const bool cuts = !column_of(name, value).cuts.empty();
    if (cuts ? !has_interval(*column, value) : !column->cuts.empty()) return false;
    if (!cuts) by_value.push_back(&*column);
  }
  for (SliceColumn* column : by_value) column->every_value = true;
  return true;
}

std::vector<std::string> key_of(const std::vector<SliceColumn>& slice) {
  std::vector<std::string> key;
  for (const SliceColumn& column : slice) key.push_back(fmt::format("{}:{}", column.name, fmt::join(column.cuts, ",")));
  std::ranges::sort(key);
  return key;
}

}  // namespace

std::vector<SliceColumn> parse_slice(const std::string& text, const RecordReader& records) {
  std::vector<SliceColumn> columns;
  for (const std::string& part : split(text, ',')) {
    const bool after_cuts = !columns.empty() && !columns.back().cuts.empty();
    if (records.find(part) < records.header().size()) {
      if (after_cuts && may_be_cut(part)) {
        fail("--slice {}: {} is a cut of {} or a column; name that column first: --slice '{},{}:...'", quote(text),
             quote(part), columns.back().name, part, columns.back().name);
      }
      columns.push_back({.name = part});
    } else if (const size_t name = name_before_cut(part, records); name > 0) {
      columns.push_back({.name = part.substr(0, name), .cuts = {std::string(trim(part.substr(name + 1)))}});
    } else if (after_cuts && may_be_cut(part)) {
      columns.back().cuts.emplace_back(trim(part));
    } else {
      const auto meant = did_you_mean(part.substr(0, part.find(':')), records.header());
      fail("{}: has no column {} to slice by{}", records.name(), quote(part),
           meant ? "; did you mean " + quote(*meant) + "?" : "");
    }
  }
  return columns;
}

std::vector<std::vector<SliceColumn>> slices_of(const std::vector<std::string>& texts, const std::vector<Gate>& gates,
                                                const RecordReader& records) {
  std::vector<std::vector<SliceColumn>> slices;
  for (const std::string& text : texts) {
    std::vector<SliceColumn> slice = parse_slice(text, records);
    const auto same = [&](const auto& other) { return key_of(other) == key_of(slice); };
    if (std::ranges::none_of(slices, same)) slices.push_back(std::move(slice));
  }
  for (const Gate& gate : gates) {
    if (gate.group.empty() || std::ranges::any_of(slices, [&](auto& slice) { return take_gate(slice, gate); }))
      continue;
    std::vector<SliceColumn>& slice = slices.emplace_back();
    for (const auto& [name, value] : gate.group) slice.push_back(column_of(name, value));
  }
  return slices;
}

}  // namespace mdl
