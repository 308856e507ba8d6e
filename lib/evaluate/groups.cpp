#include "evaluate/groups.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"
#include "base/text.h"
#include "table/value.h"

namespace mdl {
namespace {

/// For each name the position of the one that its value is called by.
std::vector<size_t> names_of_values_but(std::string_view missing, const std::vector<std::string>& names) {
  std::vector<std::string> known;
  std::vector<size_t> place_of;
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] == missing) continue;
    known.push_back(names[i]);
    place_of.push_back(i);
  }
  std::vector<size_t> out(names.size());
  std::iota(out.begin(), out.end(), 0);
  const std::vector<size_t> merged = names_of_values(known);
  for (size_t k = 0; k < merged.size(); ++k) out[place_of[k]] = place_of[merged[k]];
  return out;
}

}  // namespace

Groups::Groups(std::vector<std::string> columns, const NullValues& missing, const RecordReader& records)
    : columns_(std::move(columns)), missing_(missing), values_(columns_.size()) {
  for (const std::string& column : columns_) {
    places_.push_back(records.find(column));
    if (places_.back() != records.header().size()) continue;
    const auto meant = did_you_mean(column, records.header());
    fail("{}: has no column {} to slice by{}", records.name(), quote(column),
         meant ? "; did you mean " + quote(*meant) + "?" : "");
  }
}

size_t Groups::code_of(Values& values, std::string_view cell) const {
  std::string room;
  const std::string_view name = cell.data() == nullptr || missing_.contain(cell) ? kMissingGroup : strip(cell),
                         value = canonical(name, room);
  const auto found = values.codes.find(value);
  if (found == values.codes.end()) {
    values.names.emplace_back(name);
    return values.codes.emplace(value, values.codes.size()).first->second;
  }
  std::string& known = values.names[found->second];
  if (std::pair(name.size(), name) < std::pair(known.size(), std::string_view(known))) known = name;
  return found->second;
}

void Groups::add(const RecordReader& record) {
  std::vector<size_t> group;
  for (size_t c = 0; c < places_.size(); ++c) group.push_back(code_of(values_[c], record.field(places_[c])));
  const auto [found, is_new] = codes_.try_emplace(std::move(group), static_cast<uint8_t>(codes_.size()));
  if (is_new && codes_.size() > kMost) {
    fail("{}: {} makes more than {} slices; slice by columns of few distinct values", record.where(),
         join_names(columns_), kMost);
  }
  code_of_row_.push_back(found->second);
}

Slice Groups::slice(const Evaluator& evaluator, const Model& model, std::optional<double> confidence) const {
  // Whether a column holds nothing but true and false is known only now.
  std::vector<std::vector<size_t>> names;
  for (const Values& values : values_) names.push_back(names_of_values_but(kMissingGroup, values.names));
  std::map<std::vector<std::string>, std::vector<bool>> codes_by_group;
  for (const auto& [group, code] : codes_) {
    std::vector<std::string> named;
    for (size_t c = 0; c < group.size(); ++c) named.push_back(values_[c].names[names[c][group[c]]]);
    codes_by_group.try_emplace(std::move(named), kMost).first->second[code] = true;
  }
  std::vector<std::pair<SliceGroup, GroupRates>> groups;
  for (const auto& [named, codes] : codes_by_group) {
    Evaluator of_group(model);
    for (size_t row = 0; row < code_of_row_.size(); ++row) {
      if (codes[code_of_row_[row]]) of_group.append(evaluator, row);
    }
    SliceGroup group{.values = named, .rows = of_group.rows(), .scores = of_group.scores()};
    group.small = group.rows < kSmallGroup;
    if (confidence) group.intervals = of_group.intervals(*confidence);
    groups.emplace_back(std::move(group), model.target.task == Task::kBinary ? of_group.rates() : GroupRates());
  }
  std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
    return a.first.rows != b.first.rows ? a.first.rows > b.first.rows : a.first.values < b.first.values;
  });
  Slice slice{.columns = columns_};
  std::vector<GroupRates> rates;
  for (auto& [group, rate] : groups) {
    slice.groups.push_back(std::move(group));
    if (model.target.task == Task::kBinary) rates.push_back(rate);
  }
  compare_groups(slice, rates);
  return slice;
}

}  // namespace mdl
