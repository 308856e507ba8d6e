#include "train/prepare.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/text.h"
#include "config/yaml.h"
#include "report/formatting.h"
#include "table/number_form.h"
#include "table/open_table.h"
#include "table/record_encoder.h"
#include "table/row_number.h"
#include "table/table.h"
#include "table/value.h"
#include "table/weight.h"

namespace mdl {
namespace {

TableOptions table_options(const DataConfig& data) {
  TableOptions options;
  options.missing = data.missing;
  options.types = data.types;
  options.ignore = {data.ignore.begin(), data.ignore.end()};
  options.keep_texts = {data.target};
  if (!data.split.group.empty()) options.as_texts = {data.split.group};
  for (const std::string& used : {data.target, data.weight, data.split.group, data.split.time})
    options.ignore.erase(used);
  return options;
}

const Column& column(const Table& table, const std::string& name, const char* key, const std::string& file) {
  if (const Column* found = table.find(name)) return *found;
  std::vector<std::string> names;
  for (const Column& c : table.columns) names.push_back(c.name);
  const auto meant = did_you_mean(name, names);
  fail("{}: has no column {}, as {} says; {}", file, quote(name), key,
       meant ? "did you mean " + quote(*meant) + "?" : "it has " + join_names(names, 20));
}

/// Where a regression has targets.
Strata strata_of(const TargetValues& labels) {
  Strata strata;
  for (const double number : labels.numbers) strata.push_back(std::isnan(number) ? kNoTarget : 0);
  return strata;
}

void check_folds(const Config& config) {
  const int64_t folds = *config.train.folds;
  if (folds == 0) return;
  if (folds == 1) fail("train.folds: expected 0, or at least 2, found 1");
  if (config.data.validation)
    fail("train.folds and data.validation exclude each other; with folds every row is validated on");
  if (!config.data.split.time.empty())
    fail("train.folds and data.split.time exclude each other; the latest rows would train networks for earlier ones");
  if (*config.model.members % folds != 0) {
    fail("model.members: {} networks cannot be divided among train.folds: {}; expected a multiple",
         *config.model.members, folds);
  }
}

Split split_rows(const Config& config, const Table& table, const Strata& strata, const std::string& file) {
  const DataConfig& data = config.data;
  if (*config.train.folds > 0) {
    const auto folds = static_cast<size_t>(*config.train.folds);
    if (!data.split.group.empty()) {
      return split_groups_into_folds(column(table, data.split.group, "data.split.group", file), strata, folds,
                                     config.train.seed);
    }
    return split_into_folds(strata, folds, config.train.seed);
  }
  const double fraction = data.validation->path.empty() ? data.validation->fraction : 0;
  if (fraction > 0 && !data.split.group.empty())
    return split_by_group(column(table, data.split.group, "data.split.group", file), strata, fraction,
                          config.train.seed);
  if (fraction > 0 && !data.split.time.empty())
    return split_by_time(column(table, data.split.time, "data.split.time", file), strata, fraction);
  return split_at_random(strata, fraction, config.train.seed);
}

void standardise_target(Target& target, const TargetValues& labels, const std::vector<uint32_t>& train) {
  double sum = 0, squares = 0;
  for (const uint32_t row : train) sum += labels.numbers[row];
  target.mean = sum / static_cast<double>(train.size());
  for (const uint32_t row : train) squares += (labels.numbers[row] - target.mean) * (labels.numbers[row] - target.mean);
  target.scale = std::sqrt(squares / static_cast<double>(train.size()));
  if (!std::isfinite(target.scale)) fail("column {}: its numbers are too far apart to be averaged", quote(target.name));
  if (target.scale == 0)
    fail("column {}: is constant in the training rows; there is nothing to learn", quote(target.name));
  for (const uint32_t row : train) {
    if (!std::isfinite(static_cast<float>(labels.numbers[row]))) {
      fail("column {}: {} is too large to be predicted; predictions go up to 3.4e+38", quote(target.name),
           labels.numbers[row]);
    }
  }
}

std::vector<double> row_weights(const Column& weights, size_t rows, const std::string& file) {
  if (weights.kind != ColumnKind::kNumeric || weights.form != NumberForm()) {
    fail("{}: column {}: holds {}; data.weight needs a column of numbers", file, quote(weights.name),
         weights.kind == ColumnKind::kNumeric ? "cells like a " + words_of(weights.form) : "texts or nothing");
  }
  std::vector<double> out;
  out.reserve(rows);
  for (size_t row = 0; row < rows; ++row) {
    const double weight = weights.number(row);
    if (!is_weight(weight)) {
      fail("{}: row {}: column {}, the sample weight: expected a number of at least 0, found {}", file, row + 1,
           quote(weights.name), std::isnan(weight) ? "nothing" : fmt::format("{}", weight));
    }
    out.push_back(weight);
  }
  return out;
}

/// The validation file's rows go behind the training file's.
size_t append_validation_file(const std::string& path, const std::string& weight, Prepared& prepared,
                              Console& console) {
  const std::unique_ptr<RecordReader> opened = open_table(path);
  RecordReader& records = *opened;
  const Target& target = prepared.target;
  const TargetReader labels(target, prepared.encoder.missing.spellings(), records);
  RecordEncoder encoder(prepared.encoder, records);
  std::optional<WeightReader> weights;
  if (!weight.empty()) weights.emplace(weight, records);
  size_t unlabelled = 0;
  while (records.next()) {
    const Label label = labels.read(records);
    if (label.missing) {
      ++unlabelled;
      continue;
    }
    if (target.task == Task::kRegression) {
      prepared.labels.numbers.push_back(label.number);
    } else {
      if (label.class_index < 0)
        fail("{}: column {}: {} is not a class of the training rows", records.where(), quote(target.name),
             quote(labels.cell(records)));
      prepared.labels.classes.push_back(label.class_index);
    }
    if (weights) prepared.weights.push_back(weights->read(records));
    prepared.split.validation.push_back(static_cast<uint32_t>(prepared.rows.rows));
    if (const auto bad = encoder.append(records, prepared.rows)) throw bad_record(records, *bad);
  }
  for (const std::string& line : unseen_lines(encoder.unseen()))
    console.warn(fmt::format("{}: {}", records.name(), line));
  return unlabelled;
}

/// A line about columns whose values are spelled in several ways.
void note_spellings(const std::vector<const Column*>& columns, std::vector<std::string>& notes) {
  constexpr size_t kShown = 3;
  std::vector<std::string> found;
  for (const Column* column : columns) {
    std::vector<std::string> spellings;
    for (const auto& [spelling, name] : column->merged) {
      spellings.push_back(fmt::format("{} as {}", quote_spelling(spelling), quote_spelling(name)));
    }
    if (!spellings.empty())
      found.push_back(fmt::format("column {} ({})", quote(column->name), join_names(spellings, kShown)));
  }
  if (!found.empty()) notes.push_back("the same value in different spellings: " + join_names(found));
}

/// A line about classes that are the same number and stay apart.
void note_equal_classes(const Target& target, std::vector<std::string>& notes) {
  for (size_t k = 1; k < target.classes.size(); ++k) {  // numbers are sorted
    const std::string &before = target.classes[k - 1], &here = target.classes[k];
    const auto number = parse_number(here);
    if (!number || parse_number(before) != number || !same_number(before, here)) continue;
    notes.push_back(
        fmt::format("target {}: {} and {} are the same number in different spellings; they are kept as two classes",
                    quote(target.name), quote(before), quote(here)));
    return;
  }
}

std::string describe_features(const Encoder& encoder) {
  std::vector<std::string> numeric, dates, categorical;
  for (const Feature& feature : encoder.features) {
    if (const NumericColumn* number = feature.number()) {
      (number->form.kind == NumberForm::Kind::kDate ? dates : numeric).push_back(feature.name);
    } else {
      categorical.push_back(fmt::format("{} ({})", feature.name, feature.categories()->values().size()));
    }
  }
  std::string text;
  const auto add = [&](const char* kind, const std::vector<std::string>& names) {
    if (!names.empty())
      text += fmt::format("{}{} {}: {}", text.empty() ? "" : "; ", names.size(), kind, join_names(names, 10));
  };
  add("numeric", numeric);
  add("of dates, taken as days", dates);
  add("categorical", categorical);
  return text;
}

/// The columns to learn from: not those without a name; nor those that number the rows, unless data.types has them or
/// there is no other.
std::vector<const Column*> choose_features(const Table& table, const DataConfig& data,
                                           std::vector<std::string>& notes) {
  std::vector<const Column*> features, numbering;
  for (size_t i = 0; i < table.columns.size(); ++i) {
    const Column& c = table.columns[i];
    const bool told = data.types.contains(c.name);
    if (trim(c.name).empty()) {
      if (i > 1 && trim(table.columns[i - 1].name).empty()) continue;  // told with the one before it
      const std::string place = i == 0 ? "the first column"
                                       : "what stands behind column " + quote(table.columns[i - 1].name);
      notes.push_back(fmt::format("{} has no name{} and is ignored; to use it, name it in the file", place,
                                  c.missing == table.rows ? " and no values"
                                  : i == 0                ? ", as the index that pandas writes,"
                                                          : ""));
      continue;
    }
    if (c.name == data.target || c.name == data.weight || c.name == data.split.group || c.name == data.split.time)
      continue;
    if (!told && numbering_of(c, table) == Numbering::kRows) {
      numbering.push_back(&c);
    } else {
      features.push_back(&c);
    }
  }
  if (numbering.empty()) return features;
  std::vector<std::string> names, types;
  for (const Column* c : numbering) {
    names.push_back(quote(c->name));
    types.push_back(fmt::format("{}: numeric", yaml_text(c->name)));
  }
  const bool several = names.size() > 1;
  const std::string told = fmt::format("{} {} the rows, which tells nothing of new ones",
                                       several ? "columns " + join_names(names) : "column " + names[0],
                                       several ? "number" : "numbers");
  if (features.empty()) {
    notes.push_back(fmt::format("{}; with no other column, {} kept", told, several ? "they are" : "it is"));
    return numbering;
  }
  notes.push_back(fmt::format("{}, and {} left out; to learn from {}, set data.types: {{{}}}", told,
                              several ? "are" : "is", several ? "them" : "it", fmt::join(types, ", ")));
  return features;
}

/// How columns are read that hold no plain numbers.
void note_forms(const Encoder& encoder, const DataConfig& data, std::vector<std::string>& notes) {
  std::vector<std::string> names;
  for (const Feature& feature : encoder.features) {
    const NumericColumn* number = feature.number();
    if (number == nullptr || !number->form.special() || data.types.contains(feature.name)) continue;
    names.push_back(fmt::format("{}, each a {}", quote(feature.name), words_of(number->form)));
  }
  if (!names.empty())
    notes.push_back(
        fmt::format("read as numbers: {}; data.types: {{NAME: categorical}} keeps texts", join_names(names)));
}

std::string describe_target(const Prepared& prepared) {
  const Target& target = prepared.target;
  if (target.task == Task::kRegression)
    return fmt::format("mean {:.6g}, standard deviation {:.6g}", target.mean, target.scale);
  std::vector<std::string> classes;
  for (size_t k = 0; k < target.classes.size(); ++k) {
    const bool positive = target.task == Task::kBinary && k == target.positive;
    classes.push_back(
        fmt::format("{} {:.1f} %{}", target.classes[k], 100 * prepared.class_priors[k], positive ? " (positive)" : ""));
  }
  return "classes " + join_names(classes, 12);
}

}  // namespace

Prepared prepare(const Config& config, Console& console) {
  check_folds(config);
  const DataConfig& data = config.data;
  const std::string file = data.train.size() == 1 ? input_name(data.train[0])
                                                  : fmt::format("{} and {} more", data.train[0], data.train.size() - 1);
  console.progress(0, "reading " + file);
  Table table = read_table(data.train, table_options(data));
  const Column& target_column = column(table, data.target, "data.target", file);

  Prepared prepared;
  prepared.target = infer_target(target_column, data, file);
  prepared.labels = target_values(prepared.target, target_column, table.rows);
  const bool regression = prepared.target.task == Task::kRegression;
  const Strata there = regression ? strata_of(prepared.labels) : Strata();
  prepared.split = split_rows(config, table, regression ? there : prepared.labels.classes, file);
  const std::vector<uint32_t>& train = prepared.split.train;
  const bool folds = !prepared.split.folds.empty();
  size_t unlabelled = table.rows - train.size() - (folds ? 0 : prepared.split.validation.size());
  if (train.empty()) fail("{}: no training row is left", file);
  if (std::ranges::any_of(prepared.split.folds, &std::vector<uint32_t>::empty)) {
    fail("{}: {} rows are too few for train.folds: {}", file, train.size(), prepared.split.folds.size());
  }

  if (!data.weight.empty())
    prepared.weights = row_weights(column(table, data.weight, "data.weight", file), table.rows, file);

  const std::string reading = other_reading(prepared.target, target_column, data);
  std::vector<std::vector<int32_t>>().swap(table.find(data.target)->codes);  // the target is read no more
  std::vector<std::string> notes;
  const std::vector<const Column*> features = choose_features(table, data, notes);
  for (const Column* c : features) {
    if (!c->note.empty()) notes.push_back(c->note);
  }
  std::vector<const Column*> spelled = features;
  if (!regression) spelled.push_back(&target_column);
  if (!data.split.group.empty()) spelled.push_back(table.find(data.split.group));
  note_spellings(spelled, notes);
  note_equal_classes(prepared.target, notes);
  const EncoderOptions encoding{.scaling = *config.model.scaling,
                                .missing_indicators = *config.model.missing_indicators,
                                .one_hot_categories = static_cast<size_t>(*config.model.one_hot_categories),
                                .value_embeddings = *config.model.value_tables ? &prepared.labels : nullptr,
                                .min_category_rows = static_cast<size_t>(data.min_category_rows)};
  prepared.encoder = fit_encoder(features, train, data.missing, encoding, notes);
  note_forms(prepared.encoder, data, notes);
  prepared.rows = encode(prepared.encoder, std::move(table));
  if (prepared.target.task == Task::kRegression) {
    standardise_target(prepared.target, prepared.labels, train);
  } else {
    prepared.class_priors.assign(prepared.target.classes.size(), 0);
    for (const uint32_t row : train) ++prepared.class_priors[prepared.labels.classes[row]];
    for (double& fraction : prepared.class_priors) {
      fraction /= static_cast<double>(train.size());
      if (fraction == 1)
        fail("{}: the training rows hold only one class of column {}; the split leaves nothing to learn", file,
             quote(data.target));
    }
  }
  const size_t rows = prepared.rows.rows, features_found = prepared.encoder.features.size();
  if (!folds && !data.validation->path.empty())
    unlabelled += append_validation_file(data.validation->path, data.weight, prepared, console);
  if (prepared.split.validation.empty())
    fail("{}: no validation row is left; {} rows are too few for data.validation", file, train.size());

  console.log(fmt::format("{}: {} rows, {} feature{} ({})", file, grouped(static_cast<long long>(rows)), features_found,
                          features_found == 1 ? "" : "s", describe_features(prepared.encoder)));
  for (const std::string& note : notes) console.log(note);
  if (unlabelled > 0)
    console.log(fmt::format("{} rows without a target are ignored", grouped(static_cast<long long>(unlabelled))));
  console.log(fmt::format("target {}: {}, {}{}", quote(prepared.target.name), name_of(prepared.target.task),
                          describe_target(prepared), reading));
  if (folds) {
    console.log(
        fmt::format("{} rows, {}-fold cross-validation: each network is validated on the fold it is not trained on",
                    grouped(static_cast<long long>(train.size())), prepared.split.folds.size()));
    return prepared;
  }
  console.log(fmt::format("{} training rows, {} validation rows", grouped(static_cast<long long>(train.size())),
                          grouped(static_cast<long long>(prepared.split.validation.size()))));
  return prepared;
}

}  // namespace mdl
