#include "train/describe.h"

#include "base/text.h"
#include "report/formatting.h"

namespace mdl {
namespace {

std::string describe_features(const Encoder& encoder) {
  std::vector<std::string> numeric, dates, categorical, texts, sets;
  for (const Feature& feature : encoder.features) {
    if (const NumericColumn* number = feature.number()) {
      (number->form.kind == NumberForm::Kind::kDate ? dates : numeric).push_back(feature.name);
    } else if (feature.categories() == nullptr) {
      (std::holds_alternative<TextColumn>(feature.kind) ? texts : sets).push_back(feature.name);
    } else {
      categorical.push_back(fmt::format("{} ({})", feature.name, feature.categories()->size()));
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
  add(texts.size() == 1 ? "text" : "texts", texts);
  add(sets.size() == 1 ? "set" : "sets", sets);
  return text;
}

std::string describe_target(const TrainingData& data) {
  const Target& target = data.target;
  if (const auto& exposure = data.encoder.exposure)
    return fmt::format("{}; the mean is per unit of {}", target.summary(6), quote(exposure->column));
  if (target.task == Task::kRegression) return target.summary(6);
  std::vector<std::string> classes;
  for (size_t k = 0; k < target.classes.size(); ++k) {
    const bool positive = target.task == Task::kBinary && k == target.positive;
    classes.push_back(
        fmt::format("{} {:.1f} %{}", target.classes[k], 100 * data.class_priors[k], positive ? " (positive)" : ""));
  }
  return "classes " + join_names(classes, 12);
}

std::string count(size_t number, const char* noun) { return counted(static_cast<int64_t>(number), noun); }

}  // namespace

std::vector<std::string> describe(const TrainingData& data) {
  const Findings& findings = data.findings;
  const size_t features = data.encoder.features.size();
  std::vector<std::string> lines = {fmt::format("{}: {}, {} ({})", findings.table, count(findings.rows, "row"),
                                                count(features, "feature"), describe_features(data.encoder))};
  lines.insert(lines.end(), findings.notes.begin(), findings.notes.end());
  if (findings.unlabelled > 0) {
    lines.push_back(fmt::format("{} without a target {} ignored", count(findings.unlabelled, "row"),
                                findings.unlabelled == 1 ? "is" : "are"));
  }
  lines.push_back(fmt::format("target {}: {}, {}{}", quote(data.target.name), name_of(data.target.task),
                              describe_target(data), findings.other_reading));
  const Split& split = data.split;
  const std::string unused =
      split.unused == 0 ? "" : fmt::format(", {} of the gap or of groups that validate", count(split.unused, "row"));
  if (split.folds.empty()) {
    lines.push_back(fmt::format("{}, {}{}", count(split.training_count(), "training row"),
                                count(split.validation.size(), "validation row"), unused));
  } else if (!split.earlier.empty()) {
    lines.push_back(
        fmt::format("{} folds forward in time: each validates networks that are trained on the rows before "
                    "it, and the model is those of the last: {}, {}{}",
                    split.folds.size(), count(split.train.size(), "training row"),
                    count(split.folds.back().size(), "validation row"), unused));
  } else {
    lines.push_back(
        fmt::format("{}, {}-fold cross-validation: each network is validated on the fold it is not trained on",
                    count(split.train.size(), "row"), split.folds_each()));
  }
  return lines;
}

}  // namespace mdl
