#include "evaluate/groups.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"

namespace mdl {

Groups::Groups(std::vector<std::string> columns, const CsvReader& csv) : columns_(std::move(columns)) {
  for (const std::string& column : columns_) {
    places_.push_back(csv.find(column));
    if (places_.back() != csv.header().size()) continue;
    const auto meant = did_you_mean(column, csv.header());
    fail("{}: has no column {} to group rows by{}", csv.name(), quote(column), meant ? "; did you mean " + quote(*meant) + "?" : "");
  }
}

void Groups::add(const CsvReader& record) {
  std::string key;
  for (const size_t place : places_) {
    key += record.field(place);
    key += '\0';
  }
  const auto [found, is_new] = codes_.try_emplace(std::move(key), static_cast<uint8_t>(values_.size()));
  if (is_new) {
    if (values_.size() == kMost) {
      fail("{}: {} makes more than {} groups; rows are grouped by columns of few different values", record.where(), join_names(columns_), kMost);
    }
    std::vector<std::string>& values = values_.emplace_back();
    for (const size_t place : places_) values.emplace_back(record.field(place));
  }
  code_of_row_.push_back(found->second);
}

Slice Groups::slice(const Tally& tally, const Model& model, const BootstrapOptions* intervals) const {
  std::vector<std::pair<SliceGroup, GroupRates>> groups;
  for (size_t code = 0; code < values_.size(); ++code) {
    Tally of_group(model);
    for (size_t row = 0; row < code_of_row_.size(); ++row) {
      if (code_of_row_[row] == code) of_group.append(tally, row);
    }
    SliceGroup group{.values = values_[code], .rows = of_group.rows(), .scores = of_group.scores()};
    group.small = group.rows < kSmallGroup;
    if (intervals != nullptr) group.intervals = of_group.intervals(*intervals);
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
