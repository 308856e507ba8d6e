#include "table/config_template.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/error.h"
#include "base/files.h"
#include "base/suggestion.h"
#include "base/text.h"
#include "config/fields.h"
#include "config/yaml.h"
#include "table/dataset.h"
#include "table/date.h"
#include "table/number_form.h"
#include "table/row_number.h"
#include "table/set_column.h"
#include "table/target.h"
#include "table/text_column.h"

namespace mdl {
namespace {

constexpr size_t kCommentColumn = 40;

std::string counted(size_t count) { return grouped(static_cast<long long>(count)); }

std::string rows_text(size_t count) { return counted(count) + (count == 1 ? " row" : " rows"); }

/// A name for a comment, as it would stand in the config where it is short.
std::string spelled(const std::string& name) {
  constexpr size_t kLongest = 60;
  return name.size() <= kLongest ? yaml_text(name) : quote(name);
}

/// What one column holds, for a person.
struct Finding {
  std::string name;
  std::string words;         // "categorical, 6 values"
  bool informative = false;  // more than one value
  bool different_texts = false;
  bool counts_up = false;  // it numbers the rows, or may
};

Finding look_at_numbers(const Column& column, const Dataset& table) {
  constexpr size_t kFewValues = 10;
  std::vector<double> values;
  for (const auto& block : column.numbers) {
    std::copy_if(block.begin(), block.end(), std::back_inserter(values),
                 [](double value) { return !std::isnan(value); });
  }
  const bool whole = std::all_of(values.begin(), values.end(), [](double value) { return value == std::floor(value); });
  std::sort(values.begin(), values.end());
  const double low = values.front(), high = values.back();
  const size_t distinct = static_cast<size_t>(std::unique(values.begin(), values.end()) - values.begin());
  Finding finding{.name = column.name, .informative = distinct > 1};
  const Numbering numbering = numbering_of(column, table);
  finding.counts_up = numbering != Numbering::kNone;
  if (column.dates()) {
    finding.words = fmt::format("dates, {} to {}, taken as days", format_date(low), format_date(high));
    return finding;
  }
  finding.words = fmt::format("numeric, {:.6g} to {:.6g}", low, high);
  if (words_of(column.form) != words_of({})) finding.words += fmt::format(", each a {}", words_of(column.form));
  if (!column.form.missing.empty())
    finding.words += fmt::format("; {} taken for missing", words_for_missing(column.form));
  if (numbering == Numbering::kRows) {
    finding.words += "; it numbers the rows, and is left out unless its type is told";
  } else if (finding.counts_up) {
    finding.words += ", each once; if it is a row number, ignore it";
  } else if (whole && distinct > 2 && distinct <= kFewValues) {
    finding.words += fmt::format(", {} different whole numbers; if they stand for names, its type is categorical",
                                 distinct);
  }
  return finding;
}

Finding look_at_texts(const Column& column, size_t rows) {
  const size_t distinct = column.texts.size();
  Finding finding{.name = column.name, .informative = distinct > 1};
  std::vector<uint32_t> all(rows);
  std::iota(all.begin(), all.end(), 0);
  if (const auto separator = separator_of_sets(column, all)) {
    finding.words = fmt::format("sets, elements between {}", quote(std::string(1, *separator)));
    return finding;
  }
  if (is_free_text(column, all)) {
    finding.words = fmt::format("free text, {} different texts", counted(distinct));
    return finding;
  }
  finding.different_texts = distinct > 1 && distinct == rows;
  finding.words = finding.different_texts
                      ? "categorical, a different text in every row, so that it tells nothing about new rows"
                      : fmt::format("categorical, {} value{}", counted(distinct), distinct == 1 ? "" : "s");
  return finding;
}

Finding look_at(const Column& column, const Dataset& table) {
  const size_t rows = table.rows;
  if (column.missing == rows) return {.name = column.name, .words = "empty"};
  Finding finding = column.kind == ColumnKind::kNumeric ? look_at_numbers(column, table) : look_at_texts(column, rows);
  if (!finding.informative) finding.words += "; it tells nothing";
  if (!column.note.empty()) finding.words += "; " + column.note.substr(column.note.find(": ") + 2);
  if (column.missing > 0) finding.words += fmt::format("; {} missing", counted(column.missing));
  return finding;
}

/// Words among numbers that training would not take for missing ones by itself: for all columns, or where another one
/// holds such a text for that column alone.
void add_missing_words(const Dataset& table, DataConfig& data) {
  const auto is_text = [&](const std::string& word) {
    return std::ranges::any_of(table.columns, [&](const Column& column) {
      return std::ranges::find(column.texts, word) != column.texts.end();
    });
  };
  for (const Column& column : table.columns) {
    for (const std::string& word : column.form.missing) {
      if (means_missing(word)) continue;
      if (is_text(word)) {
        data.types[column.name] = {ColumnKind::kNumeric, column.form};
      } else if (std::ranges::find(data.missing, word) == data.missing.end()) {
        data.missing.push_back(word);
      }
    }
  }
}

std::string describe_classes(const Target& target, const Column& column, size_t rows) {
  std::vector<size_t> counts(target.classes.size());
  for (const int32_t index : target_values(target, column, rows).classes) {
    if (index >= 0) ++counts[static_cast<size_t>(index)];
  }
  std::vector<std::string> words;
  for (size_t k = 0; k < counts.size(); ++k) {
    const bool positive = target.task == Task::kBinary && k == target.positive;
    words.push_back(fmt::format("{} ({}{})", spelled(target.classes[k]), rows_text(counts[k]),
                                positive ? ", the positive class" : ""));
  }
  return ": " + join_names(words, 12);
}

std::string describe_columns(const std::vector<Finding>& findings) {
  constexpr size_t kWidest = 32;
  size_t width = 0;
  for (const Finding& finding : findings) {
    if (const size_t size = spelled(finding.name).size(); size <= kWidest) width = std::max(width, size);
  }
  std::string out;
  for (const Finding& finding : findings)
    out += fmt::format("#   {:<{}}  {}\n", spelled(finding.name), width, finding.words);
  return out;
}

/// Every key on its line; those that `active` does not set are commented out and show what `shown` has.
std::string config_lines(const Config& active, const Config& shown) {
  std::string out, section;
  for (const Field& field : fields()) {
    if (field.section() != section && field.indent().size() <= 2) out += '\n';
    out += enter_section(field.section(), section);
    const bool is_set = field.write(active) != field.write(Config());
    const std::string line = fmt::format("{}{}{}: {}", field.indent(), is_set ? "" : "# ", field.name(),
                                         field.write(is_set ? active : shown));
    const bool many = field.expected.find("a list of") < field.expected.size() || field.expected.starts_with("a map");
    out += fmt::format("{:<{}}  # {}{}\n", line, kCommentColumn, field.doc.substr(0, field.doc.find(';')),
                       many ? "" : "; " + field.expected);
  }
  return out;
}

}  // namespace

std::string config_template(const std::string& path, const std::string& target_name, const TextFormat& format) {
  Config active;
  active.data.format = format;
  active.data.train = {path};
  active.data.target = target_name;
  const std::string file = input_name(path);
  Dataset table = read_dataset(
      {path},
      {.missing = active.data.missing, .keep_texts = {target_name}, .format = format, .words_are_missing = true});
  const Column* target_column = table.find(target_name);
  if (target_column == nullptr) {
    std::vector<std::string> names;
    for (const Column& column : table.columns) names.push_back(column.name);
    const auto meant = did_you_mean(target_name, names);
    for (std::string& name : names) name = quote(name);
    fail("{}: has no column {}; {}", file, quote(target_name),
         meant ? "did you mean " + quote(*meant) + "?" : "it has " + join_names(names, 50));
  }
  if (!is_utf8(path)) fail("the path {} is not UTF-8 text, which a config must be", quote(path));
  const Target target = infer_target(*target_column, active.data, file);

  std::vector<Finding> findings;
  std::vector<std::string> different_texts, counting_up;
  for (const Column& column : table.columns) {
    if (&column == target_column) continue;
    findings.push_back(look_at(column, table));
    if (trim(column.name).empty()) continue;
    if (findings.back().different_texts) different_texts.push_back(column.name);
    if (findings.back().counts_up) counting_up.push_back(column.name);
  }
  const auto informative = static_cast<size_t>(
      std::count_if(findings.begin(), findings.end(), [](const Finding& f) { return f.informative; }));
  if (different_texts.size() < informative) active.data.ignore = different_texts;

  add_missing_words(table, active.data);

  Config shown = active;
  shown.data.task = target.task;
  if (target.task == Task::kBinary) shown.data.positive = target.classes[target.positive];
  if (shown.data.ignore.empty()) shown.data.ignore = counting_up;
  for (const Finding& finding : findings) {
    if (shown.data.types.empty() && !finding.name.empty())
      shown.data.types = {{finding.name, ColumnKind::kCategorical}};
  }
  resolve(shown,
          DataSummary{target.task, static_cast<int64_t>(table.rows), static_cast<int64_t>(table.columns.size()) - 1});

  std::string head = fmt::format(
      "# A config for {}, {}. `mdl train` takes it as it stands; without its '#' a line\n"
      "# sets a key. `mdl config reference` says more about each.\n",
      path == "-" ? file : spelled(path), rows_text(table.rows));
  head += fmt::format("#\n# Target {}, {}{}\n", spelled(target.name), name_of(target.task),
                      target.task == Task::kRegression ? "" : describe_classes(target, *target_column, table.rows));
  if (target_column->missing > 0)
    head += fmt::format("# Left out: {} without a target.\n", rows_text(target_column->missing));
  head += fmt::format("#\n# The other columns:\n{}", describe_columns(findings));
  return head + config_lines(active, shown);
}

}  // namespace mdl
