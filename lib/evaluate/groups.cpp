#include "evaluate/groups.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "table/date.h"
#include "table/number_form.h"
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

/// How a column's cells may be spelled as numbers: as the model reads them, or where it does not read the column, as
/// plain numbers, ISO dates or times of day; not at all where it holds texts.
std::vector<NumberForm> forms_of(const std::string& column, const Encoder& encoder) {
  using Kind = NumberForm::Kind;
  const auto feature = std::ranges::find(encoder.features, column, &Feature::name);
  if (feature == encoder.features.end()) return {{}, {.kind = Kind::kDate}, {.kind = Kind::kTime}};
  if (feature->number() == nullptr) return {};
  return {feature->number()->form};
}

/// A cut as typed: a plain number, whatever the column's cells look like; a date as ISO 8601 or as they are; a time.
std::optional<double> parse_cut(const std::string& text, const NumberForm& form) {
  switch (form.kind) {
    case NumberForm::Kind::kDate: {
      const auto date = parse_date(text);
      return date ? date : parse_cell(text, form);
    }
    case NumberForm::Kind::kTime: return parse_hours(text);
    default: return parse_number(text);
  }
}

/// All of them in the form; nothing where one is not.
std::optional<std::vector<double>> parse_cuts(const std::vector<std::string>& texts, const NumberForm& form) {
  std::vector<double> cuts;
  for (const std::string& text : texts) {
    const auto cut = parse_cut(text, form);
    if (!cut) return std::nullopt;
    cuts.push_back(*cut);
  }
  return cuts;
}

uint8_t interval_of(double number, const std::vector<double>& cuts) {
  return static_cast<uint8_t>(std::upper_bound(cuts.begin(), cuts.end(), number) - cuts.begin());
}

}  // namespace

ColumnGroups::ColumnGroups(const SliceColumn& column, const Encoder& encoder, const RecordReader& records)
    : column_(column), missing_(encoder.missing), place_(records.find(column.name)),
      forms_(forms_of(column.name, encoder)) {
  if (place_ == records.header().size()) {
    const auto meant = did_you_mean(column_.name, records.header());
    fail("{}: has no column {} to slice by{}", records.name(), quote(column_.name),
         meant ? "; did you mean " + quote(*meant) + "?" : "");
  }
  if (column_.cuts.empty()) return;
  const std::string where = fmt::format("{}: column {}", records.name(), quote(column_.name));
  const std::vector<NumberForm> forms = forms_;
  std::vector<std::string> cuts;
  for (const std::string& cut : column_.cuts) cuts.push_back(quote(cut));
  std::erase_if(forms_, [&](const NumberForm& form) { return !parse_cuts(column_.cuts, form); });
  if (!forms_.empty()) {
    cuts_ = *parse_cuts(column_.cuts, forms_.front());
    if (std::ranges::adjacent_find(cuts_, std::greater_equal()) != cuts_.end())
      fail("{}: the cuts {} do not ascend", where, fmt::join(column_.cuts, ", "));
    if (cuts_.size() + 2 > kMost) fail("{}: {} cuts make more than {} slices", where, cuts_.size(), kMost);
  } else if (!column_.may_be_value) {
    if (forms.empty()) fail("{}: holds texts, which cannot be cut at {}", where, join_names(cuts));
    fail("{}: cannot be cut at {}; expected a {}", where, join_names(cuts),
         forms.size() > 1 ? "number or a date like 2024-05-31" : words_of(forms.front()));
  }
}

/// In the first of the forms that this cell has, too; those that it has not are no more.
std::optional<double> ColumnGroups::number_of(std::string_view cell) {
  for (size_t i = 0; i < forms_.size(); ++i) {
    if (const auto number = parse_cell(cell, forms_[i])) {
      forms_.erase(forms_.begin(), forms_.begin() + static_cast<ptrdiff_t>(i));
      return number;
    }
  }
  return std::nullopt;
}

void ColumnGroups::add(const RecordReader& record) {
  const std::string_view cell = record.field(place_);
  const bool missing = cell.data() == nullptr || missing_.contain(cell) ||
                       std::ranges::any_of(forms_, [&](const NumberForm& form) { return is_missing_word(cell, form); });
  if (!cuts_.empty()) {
    add_to_interval(record, cell, missing);
  } else {
    add_value(record, missing ? kMissingGroup : strip(cell));
  }
}

void ColumnGroups::add_to_interval(const RecordReader& record, std::string_view cell, bool missing) {
  const auto missing_code = static_cast<uint8_t>(cuts_.size() + 1);
  const auto number = missing ? std::nullopt : number_of(cell);
  if (missing || number) return code_of_row_.push_back(missing ? missing_code : interval_of(*number, cuts_));
  const bool all_missing = std::ranges::all_of(code_of_row_, [&](uint8_t code) { return code == missing_code; });
  if (!column_.may_be_value || !all_missing) {
    fail("{}: column {}, which is cut into slices: {} is not a {}", record.where(), quote(column_.name),
         quote_cell(cell), words_of(forms_.front()));
  }
  // The interval is a text of the column.
  cuts_.clear();
  forms_.clear();
  const size_t before = code_of_row_.size();
  code_of_row_.clear();
  for (size_t i = 0; i < before; ++i) add_value(record, kMissingGroup);
  add_value(record, strip(cell));
}

void ColumnGroups::add_value(const RecordReader& record, std::string_view name) {
  const bool missing = name == kMissingGroup;
  if (many_) {
    const auto number = missing ? std::optional<double>(NAN) : number_of(name);
    if (!number) {
      fail("{}: column {}, which is cut into slices: {} is not a {}", record.where(), quote(column_.name),
           quote_cell(name), words_of(forms_.front()));
    }
    return number_of_row_.push_back(*number);
  }
  std::string room;
  const std::string_view value = canonical(name, room);
  const auto found = codes_.find(value);
  if (found != codes_.end()) {
    std::string& known = names_[found->second];
    if (std::pair(name.size(), name) < std::pair(known.size(), std::string_view(known))) known = name;
    return code_of_row_.push_back(static_cast<uint8_t>(found->second));
  }
  const double number = missing ? NAN : number_of(name).value_or(NAN);
  if (!missing && std::isnan(number)) forms_.clear();
  if (codes_.size() == kMost) {
    if (column_.every_value || forms_.empty()) {
      fail("{}: {} makes more than {} slices; slice by columns of few distinct values", record.where(),
           printable(column_.name), kMost);
    }
    number_of_row_ = {};
    for (const uint8_t code : code_of_row_) number_of_row_.push_back(numbers_[code]);
    code_of_row_.clear();
    many_ = true;
    return number_of_row_.push_back(number);
  }
  code_of_row_.push_back(static_cast<uint8_t>(codes_.size()));
  codes_.emplace(value, codes_.size());
  names_.emplace_back(name);
  numbers_.push_back(number);
}

/// Of all rows that have one.
std::vector<double> ColumnGroups::numbers() const {
  std::vector<double> all;
  for (const double number : number_of_row_) {
    if (!std::isnan(number)) all.push_back(number);
  }
  for (const uint8_t code : code_of_row_) {
    if (!std::isnan(numbers_[code])) all.push_back(numbers_[code]);
  }
  return all;
}

/// An interval's end as parse_cut() reads it.
std::string ColumnGroups::end_name(double number) const {
  constexpr double kSecond = 1.0 / 3600;
  const auto time = [&](double hours) {
    const auto seconds = std::llround(hours / kSecond);
    return fmt::format("{:02}:{:02}{}", seconds / 3600, seconds / 60 % 60,
                       seconds % 60 == 0 ? "" : fmt::format(":{:02}", seconds % 60));
  };
  if (forms_.front().kind == NumberForm::Kind::kTime) return time(number);
  if (forms_.front().kind != NumberForm::Kind::kDate) return shortest(number);
  const double day = std::floor(number), hours = 24 * (number - day);
  return format_date(number) + (hours < kSecond / 2 ? "" : "T" + time(hours));
}

ColumnGroups::Named ColumnGroups::intervals(const std::vector<double>& cuts, std::deque<uint8_t> of_row) const {
  Named named{.of_row = std::move(of_row), .intervals = true};
  for (size_t i = 0; i <= cuts.size(); ++i) {
    named.names.push_back(
        interval_name(i == 0 ? "" : end_name(cuts[i - 1]), i == cuts.size() ? "" : end_name(cuts[i])));
  }
  named.names.emplace_back(kMissingGroup);
  return named;
}

ColumnGroups::Named ColumnGroups::take() {
  if (!cuts_.empty()) return intervals(cuts_, std::move(code_of_row_));
  if (many_ || (!column_.every_value && !forms_.empty() && codes_.size() > kMostApart)) {
    const bool plain = forms_.front().kind != NumberForm::Kind::kDate && forms_.front().kind != NumberForm::Kind::kTime;
    const std::vector<double> cuts = quantile_cuts(numbers(), kBins, plain);
    std::deque<uint8_t> of_row;
    const auto add = [&](double number) {
      of_row.push_back(std::isnan(number) ? static_cast<uint8_t>(cuts.size() + 1) : interval_of(number, cuts));
    };
    for (const double number : number_of_row_) add(number);
    for (const uint8_t code : code_of_row_) add(numbers_[code]);
    return intervals(cuts, std::move(of_row));
  }
  // Whether a column holds nothing but true and false is known only now.
  const std::vector<size_t> merged = names_of_values_but(kMissingGroup, names_);
  std::vector<size_t> order(names_.size()), rank(names_.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, {}, [&](size_t code) { return names_[code]; });
  Named named;
  for (size_t i = 0; i < order.size(); ++i) {
    rank[order[i]] = i;
    named.names.push_back(names_[order[i]]);
  }
  for (const uint8_t code : code_of_row_) named.of_row.push_back(static_cast<uint8_t>(rank[merged[code]]));
  return named;
}

Groups::Groups(const std::vector<SliceColumn>& columns, const Encoder& encoder, const RecordReader& records)
    : file_(records.name()) {
  for (const SliceColumn& column : columns) {
    names_.push_back(column.name);
    columns_.emplace_back(column, encoder, records);
  }
}

Slice Groups::slice(const Evaluator& evaluator, const Model& model, std::optional<double> confidence) {
  Slice slice{.columns = names_};
  std::vector<ColumnGroups::Named> columns;
  for (ColumnGroups& column : columns_) columns.push_back(column.take());
  for (const ColumnGroups::Named& column : columns) slice.in_order = slice.in_order || column.intervals;

  const auto rows = static_cast<size_t>(evaluator.rows());
  std::map<std::vector<size_t>, uint8_t> code_of_group;
  std::deque<uint8_t> code_of_row;
  std::vector<size_t> group(columns.size());
  for (size_t row = 0; row < rows; ++row) {
    for (size_t c = 0; c < columns.size(); ++c) group[c] = columns[c].of_row[row];
    const auto [found, is_new] = code_of_group.try_emplace(group, static_cast<uint8_t>(code_of_group.size()));
    if (is_new && code_of_group.size() > ColumnGroups::kMost) {
      fail("{}: {} make more than {} slices; slice by columns of few distinct values", file_, join_names(names_),
           ColumnGroups::kMost);
    }
    code_of_row.push_back(found->second);
  }

  std::vector<std::pair<SliceGroup, GroupRates>> groups;  // in the order of their columns' codes
  for (const auto& [codes, code] : code_of_group) {
    Evaluator of_group(model);
    for (size_t row = 0; row < rows; ++row) {
      if (code_of_row[row] == code) of_group.append(evaluator, row);
    }
    SliceGroup one{.rows = of_group.rows(), .scores = of_group.scores()};
    for (size_t c = 0; c < columns.size(); ++c) one.values.push_back(columns[c].names[codes[c]]);
    one.small = one.rows < kSmallGroup;
    if (confidence) one.intervals = of_group.intervals(*confidence);
    groups.emplace_back(std::move(one), model.target.task == Task::kBinary ? of_group.rates() : GroupRates());
  }
  if (!slice.in_order) {
    std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
      return a.first.rows != b.first.rows ? a.first.rows > b.first.rows : a.first.values < b.first.values;
    });
  }
  std::vector<GroupRates> rates;
  for (auto& [one, rate] : groups) {
    slice.groups.push_back(std::move(one));
    if (model.target.task == Task::kBinary) rates.push_back(rate);
  }
  compare_groups(slice, rates);
  return slice;
}

}  // namespace mdl
