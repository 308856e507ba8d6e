#include "table/target.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "config/yaml.h"
#include "table/date.h"
#include "table/number_form.h"

namespace mdl {
namespace {

bool all_numbers(const std::vector<std::string>& texts, const NumberForm& form = {}) {
  return std::ranges::all_of(texts, [&](const std::string& text) { return parse_cell(text, form).has_value(); });
}

/// Of numbers.
bool all_whole(const std::vector<std::string>& texts, const NumberForm& form) {
  return std::ranges::all_of(texts, [&](const std::string& text) {
    const double value = *parse_cell(text, form);
    return value == std::floor(value);
  });
}

/// The values that occur, without the blanks around them.
std::vector<std::string> classes_of(const Column& column) {
  std::vector<std::string> classes;
  for (const std::string& text : column.texts) classes.emplace_back(strip(text));
  sort_naturally(classes);
  return classes;
}

constexpr size_t kFewClasses = 20;

bool was_told(const Column& column, const DataConfig& config) {
  return config.task.has_value() || config.types.contains(column.name);
}

Task infer_task(const Column& column, const DataConfig& config, const std::vector<std::string>& classes) {
  if (column.kind == ColumnKind::kNumeric) return Task::kRegression;
  if (classes.size() == 2) return Task::kBinary;
  const NumberForm form = form_of(config.format);
  if (config.types.contains(column.name) || !all_numbers(classes, form)) return Task::kMulticlass;
  return all_whole(classes, form) && classes.size() <= kFewClasses ? Task::kMulticlass : Task::kRegression;
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
std::optional<Likeness> likeness_of_first(const Column& column, const DataConfig& config) {
  const size_t some = std::min(column.texts.size(), kDistinct);
  const std::vector<std::string> texts(column.texts.begin(), column.texts.begin() + static_cast<ptrdiff_t>(some));
  const auto is_date = [](const std::string& text) { return parse_date(text).has_value(); };
  if (some > 0 && std::ranges::all_of(texts, is_date)) return Likeness{.words = "dates", .example = texts[0]};
  return likeness_of(texts, config.format);
}

/// How texts are read as numbers that leave no doubt, where a regression is told or there are more than a few.
std::optional<NumberForm> certain_form(const Column& column, const DataConfig& config, size_t classes) {
  if (column.kind == ColumnKind::kNumeric || config.types.contains(column.name)) return std::nullopt;
  if (config.task ? config.task != Task::kRegression : classes <= kFewClasses) return std::nullopt;
  const auto likeness = likeness_of_first(column, config);
  if (!likeness || !likeness->certain || likeness->forms[0].kind == NumberForm::Kind::kDate) return std::nullopt;
  const NumberForm& form = likeness->forms[0];
  const auto reads = [&](const std::string& text) { return parse_cell(text, form).has_value(); };
  return std::ranges::all_of(column.texts, reads) ? std::optional(form) : std::nullopt;
}

constexpr size_t kSomeClasses = 100, kManyClasses = 1000;

std::string count(size_t number) { return grouped(static_cast<long long>(number)); }

size_t rows_with(const Column& target) {
  size_t rows = 0;
  for (const auto& block : target.codes) rows += block.size();
  return rows - target.missing;
}

/// What a network for so many classes costs.
std::string cost_of(size_t classes, size_t rows) {
  constexpr double kBytes = 16;  // of a row and class, as measured; the evaluation takes 8 of them
  constexpr double kMuch = 100;
  const double megabytes = kBytes * static_cast<double>(rows) * static_cast<double>(classes) / 1e6;
  const std::string memory = megabytes < 10 * kMuch ? fmt::format("{:.0f} MB", megabytes)
                                                    : fmt::format("{:.1f} GB", megabytes / 1e3);
  return fmt::format("{} outputs of each network{}", count(classes),
                     megabytes < kMuch ? "" : " and up to " + memory + " of memory to score all rows");
}

/// A classifier of so many texts is hardly what is meant.
void refuse_many_texts(const Column& column, const DataConfig& config, size_t classes, const std::string& where) {
  const size_t rows = rows_with(column);
  const std::string counts = fmt::format("{}: has {} different texts in {} rows", where, count(classes), count(rows));
  constexpr const char* kClasses = "data.task: multiclass makes classes of them";
  if (const auto likeness = likeness_of_first(column, config)) {
    const std::string cure = likeness->words == "dates" ? "dates are no numbers to predict"
                                                        : "to predict them as numbers, " + likeness->cure(column.name);
    fail("{}, which look like {}; {}; {}", counts, likeness->description(), cure, kClasses);
  }
  if (2 * classes <= rows && classes <= kManyClasses) return;
  if (2 * classes <= rows) {
    fail("{}, such as {}; {}, at the cost of {}; is this the right column?", counts, quote_cell(column.texts[0]),
         kClasses, cost_of(classes, rows));
  }
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

double Target::constant(size_t quantile) const {
  if (is_plain()) return mean;
  if (is_smeared() && objective.loss == LossKind::kAuto) return average;
  const double center = objective.has_quantiles() ? centers[quantile] : mean;
  return log ? std::exp(center) : center;
}

std::string Target::expected_instead_of(double number) const {
  const bool above = objective.loss == LossKind::kGamma || (log && !objective.has_log_link());
  if (above ? number > 0 : !objective.has_log_link() || number >= 0) return "";
  return fmt::format(
      "a number {} 0, as {} needs", above ? "above" : "of at least",
      objective.has_log_link() ? fmt::format("train.loss: {}", name_of(objective.loss)) : "data.target_transform: log");
}

std::string Target::summary(int digits) const {
  if (is_plain()) return fmt::format("mean {:.{}g}, standard deviation {:.{}g}", mean, digits, scale, digits);
  const bool average_of_rows = objective.has_log_link() || objective.loss == LossKind::kAuto;
  const double middle = objective.quantiles[objective.middle()];
  std::string text = fmt::format("{} {:.{}g}",
                                 average_of_rows                              ? "mean"
                                 : objective.has_quantiles() && middle != 0.5 ? "quantile " + shortest(middle)
                                                                              : "median",
                                 constant(), digits);
  if (!objective.has_log_link() && log) text += ", learned as its logarithm";
  text += fmt::format("; loss {}", objective.loss == LossKind::kAuto ? "squared error" : name_of(objective.loss));
  if (objective.loss == LossKind::kTweedie) text += fmt::format(" of power {}", shortest(objective.tweedie_power));
  if (objective.has_quantiles()) {
    std::vector<std::string> names;
    for (const double quantile : objective.quantiles) names.push_back(shortest(quantile));
    text += " of " + join_names(names);
  }
  return text;
}

Target infer_target(const Column& column, const DataConfig& config, const std::string& file) {
  Target target;
  target.name = column.name;
  const std::string where = fmt::format("{}: target column {}", file, quote(column.name));
  const std::vector<std::string> classes = classes_of(column);
  if (column.dates()) {
    fail(
        "{}: holds dates, which are no numbers to predict; write the days since a day into the column, or make classes "
        "of "
        "them with data.types: {{{}: categorical}}",
        where, yaml_text(column.name));
  }
  const bool numeric = column.kind == ColumnKind::kNumeric;
  const auto [low, high] = range(column);
  if (classes.empty() && low > high) fail("{}: is missing in every row", where);
  target.task = config.task.value_or(infer_task(column, config, classes));
  target.form = numeric || config.types.contains(column.name) ? column.form : form_of(config.format);
  if (const auto form = certain_form(column, config, classes.size())) {
    target.task = Task::kRegression;
    target.form = *form;
  }
  if (target.task == Task::kRegression) {
    if (!numeric && !all_numbers(column.texts, target.form)) {
      const auto text = std::ranges::find_if(column.texts,
                                             [&](const auto& cell) { return !parse_cell(cell, target.form); });
      const auto likeness = likeness_of_first(column, config);
      fail("{}: {} is not a number, as a regression needs{}", where, quote_cell(*text),
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
    return target;
  }
  if (numeric) {
    fail("{}: is read as numbers, {}; to use them as classes set data.types: {{{}: categorical}}", where,
         config.types.contains(column.name) ? "as data.types says"
                                            : fmt::format("more than {} different ones", grouped(kDistinct)),
         yaml_text(column.name));
  }
  if (classes.size() > kFewClasses && !was_told(column, config))
    refuse_many_texts(column, config, classes.size(), where);
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
  if (positive < 0) {
    const auto meant = did_you_mean(config.positive, shown_cells(classes));
    fail("{}: has the classes {}; data.positive says {}{}", where, join_names(shown_cells(classes)),
         quote(config.positive), meant ? "; did you mean " + quote(*meant) + "?" : "");
  }
  target.positive = static_cast<size_t>(positive);
  return target;
}

std::string other_reading(const Target& target, const Column& column, const DataConfig& config) {
  if (target.task == Task::kBinary || was_told(column, config)) return "";
  if (target.task == Task::kRegression) {
    constexpr size_t kFewNumbers = 100;
    std::string reading;
    if (words_of(target.form) != words_of({}) && target.form != form_of(config.format))
      reading = "; each a " + words_of(target.form);
    if (!target.form.missing.empty()) reading += fmt::format("; {} taken for missing", words_for_missing(target.form));
    if (!reading.empty()) return reading;
    const bool few = column.kind == ColumnKind::kCategorical && column.texts.size() <= kFewNumbers;
    if (!few || !all_whole(column.texts, target.form)) return "";
    return fmt::format("; it has {} different whole numbers: to predict them as classes, set data.task: multiclass",
                       column.texts.size());
  }
  if (all_numbers(target.classes)) return "; to predict them as numbers, set data.task: regression";
  if (target.classes.size() > kSomeClasses) return "; that is " + cost_of(target.classes.size(), rows_with(column));
  const auto likeness = likeness_of_first(column, config);
  if (!likeness) return "";
  if (likeness->words == "dates") return "; its texts are dates, each of them a class";
  return fmt::format("; its texts look like {}: to predict them as numbers, {}", likeness->words,
                     likeness->cure(column.name));
}

TargetValues target_values(const Target& target, const Column& column, size_t rows) {
  TargetValues values;
  if (target.task == Task::kRegression) {
    std::vector<double> numbers;
    for (const std::string& text : column.texts) numbers.push_back(*parse_cell(text, target.form));
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
  if (place_ < records.header().size()) return;
  const auto meant = did_you_mean(target.name, records.header());
  fail("{}: has no column {}, the target{}", records.name(), quote(target.name),
       meant ? fmt::format("; is it {}?", quote(*meant)) : "");
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
  if (label.missing) return label;
  if (const std::string expected = target_.expected_instead_of(*number); !expected.empty())
    fail("{}: column {}: {} is not {}", record.where(), quote(target_.name), quote_cell(text), expected);
  return label;
}

}  // namespace mdl
