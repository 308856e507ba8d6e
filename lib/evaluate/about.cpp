#include "evaluate/about.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "base/text.h"
#include "config/option_types.h"
#include "config/yaml.h"
#include "modelfile/describe.h"
#include "report/formatting.h"

namespace mdl {
namespace {

constexpr size_t kWidestName = 40;
constexpr size_t kMostNames = 40;

std::string target_text(const Model& model) {
  const Target& target = model.target;
  const std::string name = label_text(target.name, kWidestName);
  if (target.task == Task::kRegression && !target.is_plain())
    return fmt::format("{}; in training {}", name, target.summary(6));
  if (target.task == Task::kRegression) {
    return model.serving ? name
                         : fmt::format("{}; in training its mean was {:.6g}, its standard deviation {:.6g}", name,
                                       target.mean, target.scale);
  }
  constexpr size_t kMostClasses = 10;
  std::vector<size_t> order(target.classes.size());
  std::iota(order.begin(), order.end(), 0);
  const bool many = order.size() > kMostClasses;
  if (many && !model.serving)
    std::ranges::stable_sort(order, std::greater(), [&](size_t k) { return model.class_priors[k]; });
  std::vector<std::string> classes;
  for (const size_t k : order) {
    const bool positive = target.task == Task::kBinary && k == target.positive;
    classes.push_back(fmt::format("{}{}{}", label_text(target.classes[k], kWidestName),
                                  model.serving ? "" : fmt::format(" {:.1f} %", 100 * model.class_priors[k]),
                                  positive ? " (positive)" : ""));
  }
  return fmt::format("{}; {} {}", name, many ? counted(static_cast<int64_t>(order.size()), "class") + ":" : "classes",
                     join_names(classes, kMostClasses));
}

/// "9 numeric: a, b and 7 more; 4 categorical: home (6 categories)"
std::string features_text(const Encoder& encoder) {
  std::vector<std::string> numeric, dates, categorical, texts, sets;
  for (const Feature& feature : encoder.features) {
    const std::string name = label_text(feature.name, kWidestName);
    if (const NumericColumn* number = feature.number()) {
      (number->form.kind == NumberForm::Kind::kDate ? dates : numeric).push_back(name);
    } else if (feature.categories() == nullptr) {
      (std::holds_alternative<TextColumn>(feature.kind) ? texts : sets).push_back(name);
    } else {
      categorical.push_back(fmt::format("{} ({})", name, feature.categories()->size()));
    }
  }
  std::string text;
  const auto add = [&](const char* kind, const std::vector<std::string>& names) {
    if (!names.empty()) {
      text += fmt::format("{}{} {}: {}", text.empty() ? "" : "; ", names.size(), kind, join_names(names, kMostNames));
    }
  };
  add("numeric", numeric);
  add(dates.size() == 1 ? "date" : "dates", dates);
  add("categorical (with number of categories)", categorical);
  add(texts.size() == 1 ? "text" : "texts", texts);
  add(sets.size() == 1 ? "set" : "sets", sets);
  return text;
}

/// The value of a key of a map; null where there is none.
const Node* value_of(const Node* map, std::string_view key) {
  if (map == nullptr || map->kind != Node::Kind::kMap) return nullptr;
  for (size_t i = 0; i + 1 < map->items.size(); i += 2) {
    if (map->items[i].text == key) return &map->items[i + 1];
  }
  return nullptr;
}

/// A scalar of the config, "train.seed"; empty where it says nothing.
std::string config_value(const Node& config, const char* section, const char* key) {
  const Node* value = value_of(value_of(&config, section), key);
  return value == nullptr || value->kind != Node::Kind::kScalar ? "" : value->text;
}

std::string training_text(const Model& model, const Node& config) {
  const auto train = [&](const char* key) { return config_value(config, "train", key); };
  const std::string epochs = train("epochs");
  std::string text = fmt::format("{} in batches of {}, {}, learning rate {}",
                                 epochs == "auto" ? "until the validation loss fell no more," : epochs + " epochs",
                                 train("batch_size"), train("optimizer"), train("learning_rate"));
  const std::string folds = train("folds");
  if (!folds.empty() && folds != "0") text += fmt::format("; {}-fold cross-validation", folds);
  if (const Node* in_time = value_of(value_of(value_of(&config, "data"), "split"), "folds"))
    text += fmt::format("; {} folds forward in time", in_time->text);
  return text + fmt::format("; seed {}; the model is that of epoch {}", train("seed"), model.epoch);
}

}  // namespace

std::vector<Fact> about_model(const Model& model) {
  std::vector<Fact> facts = {
      {"target", target_text(model)},
      {counted(static_cast<int64_t>(model.encoder.features.size()), "feature"), features_text(model.encoder)}};
  std::string network = fmt::format("{}, {}", network_text(model.network),
                                    counted(parameter_count(model.network) * model.network.members, "parameter"));
  const auto parsed = parse_yaml(model.config);
  const Node* config = std::get_if<Node>(&parsed);
  const bool known = !model.serving && config != nullptr && config->kind == Node::Kind::kMap;
  if (known) network += fmt::format(", preset {}", config_value(*config, "model", "preset"));
  facts.push_back({"network", network});
  if (!known) return facts;
  facts.push_back({"training", training_text(model, *config)});
  facts.push_back({"trained on", counted(model.training_rows, "row")});
  if (model.version != 0) facts.push_back({"version", fmt::format("{}", model.version)});
  return facts;
}

std::optional<Threshold> cost_of(const Model& model) {
  const auto parsed = parse_yaml(model.threshold_rule);
  const Node* rule = std::get_if<Node>(&parsed);
  Threshold threshold;
  if (rule == nullptr || !ThresholdKind().read(*rule, threshold).empty() || threshold.rule != Threshold::Rule::kCost)
    return std::nullopt;
  return threshold;
}

}  // namespace mdl
