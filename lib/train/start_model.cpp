#include "train/start_model.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "config/dump.h"
#include "config/load.h"
#include "modelfile/describe.h"

namespace mdl {

StartModel load_start(const std::string& path) {
  StartModel start{.path = path};
  start.model = load_model(path, &start.sha256);
  if (start.model.serving)
    fail("{}: is a serving model, which does not hold what training needs; go on from the model it was made of", path);
  return start;
}

std::map<std::string, ColumnType> types_of(const StartModel& start, const DataConfig& data) {
  std::map<std::string, ColumnType> types = data.types;
  for (const Feature& feature : start.model.encoder.features) {
    ColumnType type(ColumnKind::kCategorical);
    if (const NumericColumn* number = feature.number()) type = ColumnType(ColumnKind::kNumeric, number->form);
    if (std::holds_alternative<TextColumn>(feature.kind)) type.kind = ColumnKind::kText;
    if (const auto* set = std::get_if<SetColumn>(&feature.kind)) {
      type.kind = ColumnKind::kSet;
      type.separator = set->separator;
    }
    types[feature.name] = type;
  }
  return types;
}

void expect_same_target(const StartModel& start, const Target& inferred, const std::string& table) {
  const Target& target = start.model.target;
  if (inferred.name != target.name || inferred.task != target.task) {
    fail("{} predicts column {} ({}), this run column {} ({}); train.from needs the same", start.path,
         quote(target.name), name_of(target.task), quote(inferred.name), name_of(inferred.task));
  }
  if (inferred.objective != target.objective || inferred.log != target.log)
    fail("{} learned by another train.loss or data.target_transform; train.from needs the same", start.path);
  for (const std::string& name : inferred.classes) {
    if (target.class_of(name) < 0)
      fail("{}: column {}: {} is not a class of {}", table, quote(target.name), quote(name), start.path);
  }
  if (target.task == Task::kBinary &&
      target.class_of(inferred.classes[inferred.positive]) != static_cast<int>(target.positive)) {
    fail("{}: the positive class is {}; set data.positive to it", start.path, quote(target.classes[target.positive]));
  }
}

std::string note_of_new_columns(const StartModel& start, const std::vector<const Column*>& features) {
  std::vector<std::string> names;
  for (const Column* column : features) {
    if (std::ranges::find(start.model.encoder.features, column->name, &Feature::name) ==
        start.model.encoder.features.end())
      names.push_back(quote(column->name));
  }
  if (names.empty()) return "";
  return fmt::format("not read, as {} does not: {}", start.path, join_names(names));
}

void expect_same_columns(const StartModel& start, const Config& config, const Dataset& dataset) {
  const auto& exposure = start.model.encoder.exposure;
  const std::string there = exposure ? exposure->column : "", &here = config.data.exposure;
  if (there != here) {
    fail("{}: its data.exposure is {}, here it is {}; train.from needs the same", start.path,
         there.empty() ? "null" : quote(there), here.empty() ? "null" : quote(here));
  }
  for (const Feature& feature : start.model.encoder.features) {
    const Column* column = dataset.find(feature.name);
    if (column == nullptr)
      fail("{}: column {} is left out (data.ignore), and {} reads it", dataset.name, quote(feature.name), start.path);
    if ((column->kind == ColumnKind::kNumeric) != (feature.number() != nullptr)) {
      fail("{}: column {} is held as {} here (data.split.group), and {} reads it as {}", dataset.name,
           quote(feature.name), column->kind == ColumnKind::kNumeric ? "numbers" : "texts", start.path,
           feature.number() != nullptr ? "numbers" : "texts");
    }
  }
}

void expect_same_network(const StartModel& start, const Config& config, const Network& network) {
  constexpr const char* kOfEncoder[] = {"data.types",
                                        "data.missing",
                                        "data.min_category_rows",
                                        "model.scaling",
                                        "model.missing_indicators",
                                        "model.one_hot_categories",
                                        "model.value_tables",
                                        "model.date_parts"};
  const Overrides needed{
      .flags = {{start.path, "data.train", "-"}, {start.path, "data.target", start.model.target.name}}};
  const auto before_values = portable_values(load_config_text(start.model.config, start.path, needed).config);
  const auto value = [](const auto& values, const char* key) {
    const auto found = std::ranges::find(values, key, [](const auto& one) { return one.first; });
    return found == values.end() ? std::string() : found->second;
  };
  const auto values = portable_values(config);
  for (const char* key : kOfEncoder) {
    const std::string was = value(before_values, key), is = value(values, key);
    if (was != is) fail("{}: its {} is {}, here it is {}; train.from keeps the encoder", start.path, key, was, is);
  }
  Network there = start.model.network;
  there.members = network.members;
  const auto described = [](const Parameter& parameter) { return std::pair(parameter.name, parameter.shape); };
  const std::vector<Parameter> before = parameters_of(there), now = parameters_of(network);
  const bool same = there.activation == network.activation && there.normalization == network.normalization &&
                    std::ranges::equal(before, now, {}, described, described);
  if (same) return;
  there.members = 1;
  Network here = network;
  here.members = 1;
  fail("{}: its network is {}, this run's would be {}; train.from needs the same model.* settings", start.path,
       network_text(there), network_text(here));
}

}  // namespace mdl
