#include "table/target.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/text.h"
#include "config/yaml.h"
#include "table/date.h"
#include "table/number_form.h"

namespace mdl {
namespace {

bool all_numbers(const std::vector<std::string>& texts) {
  return std::all_of(texts.begin(), texts.end(),
                     [](const std::string& text) { return parse_number(text).has_value(); });
}

/// The values that occur, without the blanks around them.
std::vector<std::string> classes_of(const Column& column) {
  std::vector<std::string> classes;
  for (const std::string& text : column.texts) classes.emplace_back(strip(text));
  sort_naturally(classes);
  return classes;
}

Task infer_task(const Column& column, const DataConfig& config, const std::vector<std::string>& classes) {
  constexpr size_t kMostWholeNumberClasses = 20;
  if (column.kind == ColumnKind::kNumeric) return Task::kRegression;
  if (classes.size() == 2) return Task::kBinary;
  if (config.types.contains(column.name) || !all_numbers(classes)) return Task::kMulticlass;
  const bool whole = std::all_of(classes.begin(), classes.end(), [](const std::string& text) {
    const double value = *parse_number(text);
    return value == std::floor(value);
  });
  return whole && classes.size() <= kMostWholeNumberClasses ? Task::kMulticlass : Task::kRegression;
}

/// Of a column of numbers: the smallest and the largest; infinities the wrong way round where all are missing.
std::pair<double, double> range(const Column& column) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  for (const auto& block : column.numbers) {
    for (const double number : block) {
      if (number < low) low = number;
      if (number > high) high = number;
    }
  }
  return {low, high};
}

/// Of the first texts, which stand for all.
std::optional<Likeness> likeness_of_first(const Column& column) {
  const size_t some = std::min(column.texts.size(), kDistinct);
  const std::vector<std::string> texts(column.texts.begin(), column.texts.begin() + static_cast<ptrdiff_t>(some));
  const auto is_date = [](const std::string& text) { return parse_date(text).has_value(); };
  if (some > 0 && std::ranges::all_of(texts, is_date)) return Likeness{.words = "dates", .example = texts[0]};
  return likeness_of(texts);
}

bool was_told(const Column& column, const DataConfig& config) {
  return config.task.has_value() || config.types.contains(column.name);
}

constexpr size_t kFewClasses = 20;

/// A classifier of so many texts is hardly what is meant.
void refuse_many_texts(const Column& column, size_t classes, const std::string& where) {
  size_t rows = 0;
  for (const auto& block : column.codes) rows += block.size();
  rows -= column.missing;
  const auto number = [](size_t count) { return grouped(static_cast<long long>(count)); };
  const std::string counts = fmt::format("{}: has {} different texts in {} rows", where, number(classes), number(rows));
  constexpr const char* kClasses = "data.task: multiclass makes classes of them";
  if (const auto likeness = likeness_of_first(column)) {
    const std::string cure = likeness->words == "dates" ? "dates are no numbers to predict"
                                                        : "to predict them as numbers, " + likeness->cure(column.name);
    fail("{}, which look like {}; {}; {}", counts, likeness->description(), cure, kClasses);
  }
  if (2 * classes <= rows) return;
  fail("{}, such as {}: about one class per row, from which nothing can be learned; is this the right column? {}",
       counts, quote_cell(column.texts[0]), kClasses);
}

}  // namespace

void sort_naturally(std::vector<std::string>& texts) {
  if (!all_numbers(texts)) return std::sort(texts.begin(), texts.end());
  std::vector<std::pair<double, std::string>> keyed;
  for (std::string& text : texts) keyed.emplace_back(*parse_number(text), std::move(text));
  std::sort(keyed.begin(), keyed.end());
  for (size_t i = 0; i < texts.size(); ++i) texts[i] = std::move(keyed[i].second);
}

int Target::class_of(std::string_view text) const { return ValueIndex(classes).find(text); }

Target infer_target(const Column& column, const DataConfig& config, const std::string& file) {
  Target target;
  target.name = column.name;
  const std::string where = fmt::format("{}: target column {}", file, quote(column.name));
  const std::vector<std::string> classes = classes_of(column);
  if (column.dates()) fail("{}: holds dates, which can be neither classes nor a regression target", where);
  const bool numeric = column.kind == ColumnKind::kNumeric;
  const auto [low, high] = range(column);
  if (classes.empty() && low > high) fail("{}: is missing in every row", where);
  target.task = config.task.value_or(infer_task(column, config, classes));
  if (target.task == Task::kRegression) {
    if (!numeric && !all_numbers(column.texts)) {
      const auto text = std::find_if(column.texts.begin(), column.texts.end(),
                                     [](const auto& t) { return !parse_number(t); });
      const auto likeness = likeness_of_first(column);
      fail("{}: {} is not a number; data.task says regression{}", where, quote_cell(*text),
           likeness && likeness->words != "dates"
               ? fmt::format("; for {} {}", likeness->words, likeness->cure(column.name))
               : "");
    }
    if (classes.size() == 1 || low == high) {
      fail("{}: is {} in every row; there is nothing to learn", where,
           quote_cell(numeric ? shortest(low) : classes[0]));
    }
    if (!config.positive.empty())
      fail("data.positive is for two classes; column {} makes this a regression", quote(column.name));
    target.form = column.form;
    return target;
  }
  if (numeric) {
    fail("{}: is read as numbers, {}; to use them as classes set data.types: {{{}: categorical}}", where,
         config.types.contains(column.name) ? "as data.types says"
                                            : fmt::format("more than {} different ones", grouped(kDistinct)),
         yaml_text(column.name));
  }
  if (classes.size() > kFewClasses && !was_told(column, config)) refuse_many_texts(column, classes.size(), where);
  if (classes.size() > kMostClasses) {
    fail("{}: has {} distinct values; a classifier takes at most {} classes", where,
         grouped(static_cast<long long>(classes.size())), grouped(kMostClasses));
  }
  if (classes.size() == 1)
    fail("{}: is {} in every row; a classifier needs two classes", where, quote_cell(classes[0]));
  if (target.task == Task::kBinary && classes.size() != 2) {
    fail("{}: has {} classes ({}); data.task says binary", where, classes.size(), join_names(shown_cells(classes)));
  }
  target.classes = classes;
  if (config.positive.empty()) return target;
  if (target.task != Task::kBinary)
    fail("data.positive is for two classes; column {} has {}", quote(column.name), classes.size());
  const int positive = target.class_of(config.positive);
  if (positive < 0)
    fail("{}: has the classes {}; data.positive says {}", where, join_names(shown_cells(classes)),
         quote(config.positive));
  target.positive = static_cast<size_t>(positive);
  return target;
}

std::string other_reading(const Target& target, const Column& column, const DataConfig& config) {
  if (target.task != Task::kMulticlass || was_told(column, config)) return "";
  if (all_numbers(target.classes)) return "; to predict them as numbers, set data.task: regression";
  const auto likeness = likeness_of_first(column);
  if (!likeness || likeness->words == "dates") return "";
  return fmt::format("; its texts look like {}: to predict them as numbers, {}", likeness->words,
                     likeness->cure(column.name));
}

TargetValues target_values(const Target& target, const Column& column, size_t rows) {
  TargetValues values;
  if (target.task == Task::kRegression) {
    std::vector<double> numbers;
    for (const std::string& text : column.texts) numbers.push_back(*parse_number(text));
    values.numbers.resize(rows);
    for (size_t row = 0; row < rows; ++row) {
      if (column.kind == ColumnKind::kNumeric) {
        values.numbers[row] = column.number(row);
      } else {
        const int32_t code = column.code(row);
        values.numbers[row] = code == Column::kMissing ? std::numeric_limits<double>::quiet_NaN() : numbers[code];
      }
    }
    return values;
  }
  const ValueIndex index(target.classes);
  std::vector<int32_t> classes;
  for (const std::string& text : column.texts) classes.push_back(index.find(text));
  values.classes.resize(rows);
  for (size_t row = 0; row < rows; ++row) {
    const int32_t code = column.code(row);
    values.classes[row] = code == Column::kMissing ? -1 : classes[code];
  }
  return values;
}

TargetReader::TargetReader(const Target& target, const std::vector<std::string>& missing, const RecordReader& records)
    : target_(target), missing_(missing), classes_(target.classes), place_(records.find(target.name)) {
  if (place_ == records.header().size()) fail("{}: has no column {}, the target", records.name(), quote(target.name));
}

Label TargetReader::read(const RecordReader& record) const {
  Label label;
  const Cell cell = record.cell(place_);
  label.missing = missing_.contain(cell);
  if (label.missing) return label;
  std::string room;
  const std::string_view text = text_of(cell, room);
  if (target_.task != Task::kRegression) {
    label.class_index = classes_.find(text);
    return label;
  }
  const bool typed = cell.type == Cell::Type::kNumber && target_.form.is_number();
  const auto number = typed ? std::optional(cell.number) : parse_cell(text, target_.form);
  if (!number)
    fail("{}: column {}: {} is not a {}", record.where(), quote(target_.name), quote_cell(text),
         words_of(target_.form));
  label.missing = std::isnan(*number);
  label.number = *number;
  return label;
}

}  // namespace mdl
