#include "modelfile/card.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "modelfile/column_part.h"
#include "modelfile/describe.h"
#include "modelfile/serving.h"
#include "modelfile/threshold_change.h"
#include "report/formatting.h"
#include "report/markdown.h"

namespace mdl {
namespace {

constexpr size_t kWidestName = 40;
constexpr size_t kMostNames = 12;  // of classes or categories in a sentence
constexpr size_t kMostFeatures = 100;

std::string name_text(std::string_view name) { return markdown_code(label_text(name, kWidestName)); }

/// "`a`, `b` and 3 more"
std::string names_text(const std::vector<std::string>& names) {
  std::vector<std::string> words;
  for (const std::string& name : names) words.push_back(name_text(name));
  return join_names(words, kMostNames);
}

/// Of a column of texts or sets.
std::string bag_text(const Feature& feature) {
  const ColumnDescription about = std::visit([](const auto& kind) { return describe(kind); }, feature.kind);
  return about.names.empty() ? about.text : names_text(about.names);
}

std::string use_text(const Model& model) {
  const Target& target = model.target;
  std::string out = fmt::format("Predicts {} ({}) from {}.", name_text(target.name), name_of(target.task),
                                counted(static_cast<int64_t>(model.encoder.features.size()), "column"));
  if (target.task == Task::kRegression) {
    if (!target.is_plain()) return out + fmt::format(" In training: {}.\n", target.summary(4));
    return out +
           fmt::format(" In training its mean was {:.4g}, its standard deviation {:.4g}.\n", target.mean, target.scale);
  }
  out += fmt::format(" The classes are {}.", names_text(target.classes));
  if (target.task == Task::kBinary) {
    out += fmt::format(" A row is predicted as {} from a probability of {}", name_text(target.classes[target.positive]),
                       shortest(model.threshold));
    out += model.threshold_rule.empty()
               ? "."
               : fmt::format(", chosen by {} on {}.", markdown_code(model.threshold_rule),
                             has_changed_threshold(model) ? "other rows after training" : "the validation rows");
  }
  return out + "\n";
}

std::string data_text(const Model& model) {
  std::string out = fmt::format("{}, {}.\n", counted(model.training_rows, "training row"),
                                counted(model.validation_rows, "validation row"));
  if (model.target.task != Task::kRegression && model.target.classes.size() <= kMostNames) {
    out += "\n| class | fraction of the training rows |\n| --- | ---: |\n";
    for (size_t k = 0; k < model.target.classes.size(); ++k) {
      out += fmt::format("| {} | {:.1f} % |\n", name_text(model.target.classes[k]), 100 * model.class_priors[k]);
    }
  }
  out += "\n| column | kind | in training |\n| --- | --- | --- |\n";
  const size_t shown = std::min(model.encoder.features.size(), kMostFeatures);
  for (size_t i = 0; i < shown; ++i) {
    const Feature& feature = model.encoder.features[i];
    const NumericColumn* number = feature.number();
    const ValueIndex* categories = feature.categories();
    const std::string seen = number != nullptr
                                 ? fmt::format("center {:.4g}, scale {:.4g}", number->center, number->scale)
                             : categories != nullptr ? names_text(categories->values())
                                                     : bag_text(feature);
    out += fmt::format("| {} | {} | {} |\n", name_text(feature.name), feature.kind_name(), seen);
  }
  if (shown < model.encoder.features.size())
    out += fmt::format("\nand {} more.\n", model.encoder.features.size() - shown);
  return out;
}

std::string scores_table(const Scores& scores, const Intervals& all) {
  const bool intervals = !all.empty();
  std::string out = intervals ? "| score | value | 95 % interval |\n| --- | ---: | ---: |\n"
                              : "| score | value |\n| --- | ---: |\n";
  for (const auto& [metric, value] : scores) {
    out += fmt::format("| {} | {} |", name_of(metric), score_text(value));
    if (intervals) {
      const auto found = std::find_if(all.begin(), all.end(),
                                      [wanted = metric](const auto& one) { return one.first == wanted; });
      out += fmt::format(" {} |", found == all.end() ? "-" : interval_text(found->second));
    }
    out += "\n";
  }
  return out;
}

std::string scores_text(const Model& model) {
  std::string out;
  if (model.test_rows > 0) {
    out += fmt::format("On the {} test rows, which had no part in training:\n\n{}\n", grouped(model.test_rows),
                       scores_table(model.test, model.test_intervals));
  }
  return out + fmt::format("On the {} validation rows, which also chose the epoch:\n\n{}",
                           grouped(model.validation_rows), scores_table(model.validation, model.validation_intervals));
}

std::string calibration_text(const Model& model) {
  std::string out;
  if (const auto ece = score_of(model.validation, Metric::kEce)) {
    out += fmt::format("Expected calibration error on the validation rows: {} (ten bins of equal size).",
                       score_text(*ece));
  }
  if (model.temperature != 1)
    out += fmt::format(" Temperature scaling with {:.4g} was fitted on the same rows.", model.temperature);
  if (out.empty()) out = "TODO: how well the probabilities are calibrated.";
  return out + "\n";
}

std::string limits_text(const Model& model) {
  const auto& features = model.encoder.features;
  std::string out =
      fmt::format("- The validation rows chose the epoch{}",
                  model.threshold_rule.empty() || has_changed_threshold(model) ? "" : " and the threshold") +
      (model.test_rows > 0 ? ", so the scores on them are slightly optimistic; those on the test rows are not.\n"
                           : ", so these scores are slightly optimistic; a separate test set tells more.\n");
  if (std::ranges::any_of(features, [](const Feature& feature) { return feature.categories() != nullptr; })) {
    out += "- A category not seen in training is treated as unknown, whatever it means.\n";
  }
  out += "- The scores hold for rows like the training rows; they say nothing about other places, times or people.\n";
  if (std::isfinite(model.low) && std::isfinite(model.high)) {
    out += fmt::format("- Predictions are clipped to the range {:.6g} to {:.6g}.\n", model.low, model.high);
  }
  out += "- Scores by group of people are not in the model file; `mdl evaluate --slice COLUMN` computes them.\n";
  return out + "\nTODO: known failures, and groups of rows for which the model must not be used.\n";
}

std::string fence(const std::string& text) {
  std::string ticks = "```";
  while (text.find(ticks) != std::string::npos) ticks += '`';
  return fmt::format("{}yaml\n{}{}{}\n", ticks, text, text.ends_with('\n') ? "" : "\n", ticks);
}

}  // namespace

std::string model_card(const Model& model, const std::string& path) {
  expect_full(model, path + ":", "holds nothing of how it was trained");
  const Network& network = model.network;
  std::string out = fmt::format("# Model card: {}\n\n{}\n", markdown_code(path_text(path, 2 * kWidestName)),
                                use_text(model));
  out += "## Intended use\n\nTODO: what the model is for, and who uses it.\n\nTODO: what it must not be used for.\n\n";
  out += "## Data\n\nTODO: where the data comes from, its time span, and the legal basis of its use.\n\n" +
         data_text(model) + "\n";
  out += fmt::format("## Recipe\n\nA network of {} parameters ({}), at epoch {}.\n\n",
                     grouped(parameter_count(network) * network.members), network_text(network), model.epoch);
  if (!model.start.empty()) out += fmt::format("- began with the weights of the model with SHA-256 {}\n", model.start);
  for (const std::string& change : model.changes) out += fmt::format("- changed: {}\n", markdown_text(change));
  out += (model.changes.empty() && model.start.empty() ? "" : "\n") + fence(model.config) + "\n";
  out += "## Scores\n\n" + scores_text(model) + "\n";
  if (model.target.task != Task::kRegression) out += "## Calibration\n\n" + calibration_text(model) + "\n";
  out += "## Limits\n\n" + limits_text(model) + "\n";
  out += "## Responsible\n\nTODO: who is responsible for the model, and how to contact them.\n\n## Versions\n\n";
  for (const auto& [name, version] : model.versions)
    out += fmt::format("- {} {}\n", markdown_text(name), markdown_text(version));
  return printable_lines(out);
}

}  // namespace mdl
