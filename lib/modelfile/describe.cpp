#include "modelfile/describe.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "modelfile/column_part.h"
#include "report/formatting.h"
#include "table/date.h"
#include "table/number_form.h"

namespace mdl {
namespace {

using nlohmann::ordered_json;

constexpr size_t kPageWidth = 80;
constexpr size_t kLabelWidth = 14;
constexpr size_t kWidestName = 24;
constexpr size_t kMostFeatures = 40;

std::string row(const char* label, std::string_view text) {
  return fmt::format("{:<{}}{}\n", label, kLabelWidth, text);
}

/// "a, b and 12 more": as many words as fit in `width` columns; the first one is cut to fit.
std::string fitted(const std::vector<std::string>& words, size_t width) {
  const auto more = [&](size_t shown) {
    return shown == words.size() ? "" : fmt::format(" and {} more", words.size() - shown);
  };
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    const size_t room = width - more(i + 1).size();
    const std::string next = i == 0 ? cut(words[0], room) : ", " + words[i];
    if (display_width(out) + display_width(next) > room) return out + more(i);
    out += next;
  }
  return out;
}

std::vector<std::string> labels(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const std::string& name : names) out.push_back(label_text(name, kWidestName));
  return out;
}

std::string classes_text(const Model& model) {
  const Target& target = model.target;
  std::vector<std::string> words = labels(target.classes);
  for (size_t k = 0; k < words.size(); ++k) {
    if (!model.serving) words[k] += fmt::format(" {:.1f} %", 100 * model.class_priors[k]);
    if (target.task == Task::kBinary && k == target.positive) words[k] += " (positive)";
  }
  return fitted(words, kPageWidth - kLabelWidth);
}

size_t widest_name(const Encoder& encoder) {
  size_t width = 0;
  for (const Feature& feature : encoder.features)
    width = std::max(width, display_width(label_text(feature.name, kWidestName)));
  return width;
}

std::string more_text(const Encoder& encoder, size_t shown) {
  if (shown == encoder.features.size()) return "";
  return fmt::format("  ... {} more\n", encoder.features.size() - shown);
}

std::string features_text(const Encoder& encoder) {
  const auto bags = encoder.bags().size();
  std::string out = row(
      "features", fmt::format("{}: {} numeric, {} categorical{}; {}", encoder.features.size(), encoder.numeric_count(),
                              encoder.features.size() - encoder.numeric_count() - bags,
                              bags > 0 ? fmt::format(", {} of texts or sets", bags) : "",
                              counted(static_cast<int64_t>(encoder.width()), "input")));
  const size_t width = widest_name(encoder), shown = std::min(encoder.features.size(), kMostFeatures);
  for (size_t i = 0; i < shown; ++i) {
    const Feature& feature = encoder.features[i];
    out += fmt::format("  {:<{}}  {:<11}  ", label_text(feature.name, kWidestName), width, feature.kind_name());
    const ColumnDescription about = std::visit([](const auto& kind) { return describe(kind); }, feature.kind);
    out += about.text;
    if (!about.names.empty())
      out += fitted(labels(about.names), kPageWidth - std::min(kPageWidth, width + 17 + about.text.size()));
    out += '\n';
  }
  return out + more_text(encoder, shown);
}

/// A feature's cell of the reference row.
std::string reference_text(const Feature& feature, double cell) {
  const NumericColumn* number = feature.number();
  if (number != nullptr)
    return number->form.kind == NumberForm::Kind::kDate ? format_date(cell) : fmt::format("{:.6g}", cell);
  if (cell < 0) return "(missing)";
  const auto index = static_cast<size_t>(cell);
  const ValueIndex& categories = *feature.categories();
  return categories.hashes() != nullptr ? fmt::format("category {}, hashed", index + 1)
                                        : label_text(categories.values()[index], kWidestName);
}

std::string reference_text(const Encoder& encoder) {
  if (encoder.reference.empty()) return "";
  std::string out = "reference row\n";
  const size_t width = widest_name(encoder), shown = std::min(encoder.reference.size(), kMostFeatures);
  for (size_t i = 0; i < shown; ++i) {
    const Feature& feature = encoder.features[i];
    out += fmt::format("  {:<{}}  {}\n", label_text(feature.name, kWidestName), width,
                       reference_text(feature, encoder.reference[i]));
  }
  return out + more_text(encoder, shown);
}

/// As JSON: a number, a category or null; the position of one that is hashed.
ordered_json reference_json(const Feature& feature, double cell) {
  if (feature.number() != nullptr) return cell;
  if (cell < 0) return nullptr;
  const auto index = static_cast<size_t>(cell);
  const ValueIndex& categories = *feature.categories();
  return categories.hashes() != nullptr ? ordered_json(index) : ordered_json(categories.values()[index]);
}

std::string scores_text(const char* heading, const Scores& scores) {
  std::string out = fmt::format("{}\n", heading);
  for (const auto& [metric, value] : scores) out += fmt::format("  {:<22}{:>10}\n", name_of(metric), score_text(value));
  return out;
}

std::string config_text(const std::string& config) {
  std::string out = "config\n";
  for (size_t begin = 0; begin < config.size();) {
    const size_t end = std::min(config.find('\n', begin), config.size());
    out += "  " + cut(printable(std::string_view(config).substr(begin, end - begin)), kPageWidth - 2) + "\n";
    begin = end + 1;
  }
  return out;
}

void describe_objective(const Model& model, ordered_json& out) {
  const Target& target = model.target;
  if (target.is_plain()) return;
  if (target.log) out["target_log"] = true;  // mean and scale are of logarithms
  out["loss"] = name_of(target.objective.loss);
  if (target.objective.loss == LossKind::kTweedie) out["tweedie_power"] = target.objective.tweedie_power;
  if (target.objective.has_quantiles()) out["quantiles"] = target.objective.quantiles;
  if (target.log && !target.objective.has_log_link()) out["target_transform"] = name_of(TargetTransform::kLog);
  if (target.is_smeared()) out["smearing"] = model.smearing;
  if (model.encoder.exposure) out["exposure"] = model.encoder.exposure->column;
}

void describe_training(const Model& model, ordered_json& out) {
  out["epoch"] = model.epoch;
  out["training_rows"] = model.training_rows;
  out["validation_rows"] = model.validation_rows;
  ordered_json& validation = out["validation"] = ordered_json::object();
  for (const auto& [metric, value] : model.validation) validation[name_of(metric)] = value;
  if (model.test_rows > 0) {
    out["test_rows"] = model.test_rows;
    ordered_json& test = out["test"] = ordered_json::object();
    for (const auto& [metric, value] : model.test) test[name_of(metric)] = value;
  }
  if (!model.start.empty()) out["start"] = model.start;
  out["changes"] = model.changes;
  out["config"] = model.config;
  ordered_json& versions = out["versions"] = ordered_json::object();
  for (const auto& [name, version] : model.versions) versions[name] = version;
}

}  // namespace

std::string network_text(const Network& network) {
  std::string widths;
  for (size_t i = 0; i < network.widths.size(); ++i) {
    if (i == 8 && network.widths.size() > 10) {
      widths += fmt::format("-...-{}", network.widths.back());
      break;
    }
    widths += fmt::format("{}{}", i == 0 ? "" : "-", network.widths[i]);
  }
  std::string text = network.members > 1 ? fmt::format("{} x {}, ", network.members, widths) : widths + ", ";
  text += fmt::format("{}{}", network.parametric ? "parametric " : "", name_of(network.activation));
  if (network.normalization == Normalization::kLayer) text += ", layer normalization";
  if (network.frequencies > 0) text += ", periodic embeddings";
  return text;
}

std::string describe_text(const Model& model, const std::string& path) {
  const Target& target = model.target;
  std::string out = row("model", label_text(path, kPageWidth - kLabelWidth));
  if (model.serving) out += row("", "for serving: holds what predictions need, its values by hashes");
  if (model.version != 0) out += row("version", fmt::format("{}", model.version));
  out += row("task", name_of(target.task));
  out += row("target", label_text(target.name, kPageWidth - kLabelWidth));
  if (target.task == Task::kRegression) {
    const std::string form = target.form.special() ? ", of a " + words_of(target.form) : "";
    out += row("", target.summary(4) + form);
    if (target.is_smeared()) out += row("smearing", fmt::format("{:.4g}", model.smearing));
  } else {
    out += row("classes", classes_text(model));
  }
  if (target.task == Task::kBinary) {
    const std::string rule = model.threshold_rule.empty() ? "" : fmt::format(", chosen by {}", model.threshold_rule);
    out += row("threshold", label_text(fmt::format("{}{}", model.threshold, rule), kPageWidth - kLabelWidth));
  }
  if (model.temperature != 1) out += row("temperature", fmt::format("{:.4g}", model.temperature));
  if (const auto& exposure = model.encoder.exposure)
    out += row("exposure", label_text(exposure->column, kPageWidth - kLabelWidth));
  out += features_text(model.encoder);
  out += reference_text(model.encoder);
  out += row("network", network_text(model.network));
  out += row("parameters", grouped(parameter_count(model.network) * model.network.members));
  if (model.serving) return printable_lines(out);
  out += row("epoch", fmt::format("{}", model.epoch));
  out += row("rows", fmt::format("{} to train on, {} to validate on{}", grouped(model.training_rows),
                                 grouped(model.validation_rows),
                                 model.test_rows > 0 ? fmt::format(", {} to test on", grouped(model.test_rows)) : ""));
  if (!model.start.empty()) out += row("start", fmt::format("the model with SHA-256 {}", model.start));
  for (const std::string& change : model.changes) out += row("changed", label_text(change, kPageWidth - kLabelWidth));
  out += scores_text("validation", model.validation);
  if (model.test_rows > 0) out += scores_text("test", model.test);
  out += config_text(model.config);
  std::vector<std::string> versions;
  for (const auto& [name, version] : model.versions)
    versions.push_back(label_text(fmt::format("{} {}", name, version), kWidestName));
  return printable_lines(out + row("versions", fitted(versions, kPageWidth - kLabelWidth)));
}

std::string describe_json(const Model& model, const std::string& path) {
  const Target& target = model.target;
  ordered_json out = {{"model", path}};
  if (model.serving) out["serving"] = true;
  if (model.version != 0) out["version"] = model.version;
  out["task"] = name_of(target.task);
  out["target"] = target.name;
  if (target.task == Task::kRegression) {
    out["target_mean"] = target.mean;
    if (target.form.special()) out["target_form"] = write_form(target.form);
    out["target_scale"] = target.scale;
    describe_objective(model, out);
  } else {
    out["classes"] = target.classes;
    if (!model.serving) out["class_shares"] = model.class_priors;
  }
  if (target.task == Task::kBinary) {
    out["positive"] = target.classes[target.positive];
    out["threshold"] = model.threshold;
    if (!model.threshold_rule.empty()) out["threshold_rule"] = model.threshold_rule;
  }
  ordered_json& features = out["features"] = ordered_json::array();
  for (const Feature& feature : model.encoder.features) {
    ordered_json item = {{"name", feature.name}, {"kind", feature.kind_name()}};
    std::visit([&](const auto& kind) { describe(kind, item); }, feature.kind);
    if (!model.encoder.reference.empty())
      item["reference"] = reference_json(feature, model.encoder.reference[features.size()]);
    features.push_back(std::move(item));
  }
  out["missing"] = model.encoder.missing.spellings();
  const Network& network = model.network;
  out["scaling"] = name_of(model.encoder.scaling);
  out["network"] = {{"members", network.members},
                    {"widths", network.widths},
                    {"activation", name_of(network.activation)},
                    {"parametric", network.parametric},
                    {"normalization", name_of(network.normalization)},
                    {"scale", network.scale},
                    {"frequencies", network.frequencies},
                    {"periodic_outputs", network.periodic_outputs},
                    {"embeddings", network.embeddings},
                    {"embedding_width", network.embedding_width}};
  if (!network.bags.empty()) {
    out["network"]["bags"] = network.bags;
    out["network"]["bag_width"] = network.bag_width;
  }
  out["parameters"] = parameter_count(network) * network.members;
  if (target.task == Task::kRegression) {
    if (std::isfinite(model.low)) out["low"] = model.low;
    if (std::isfinite(model.high)) out["high"] = model.high;
  } else {
    out["temperature"] = model.temperature;
    out["smoothing"] = model.smoothing;
  }
  if (!model.serving) describe_training(model, out);
  return out.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace mdl
