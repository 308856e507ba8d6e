#include "modelfile/model.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>

#include "base/error.h"
#include "base/files.h"
#include "base/json.h"
#include "base/text.h"
#include "config/option_types.h"
#include "io/protection.h"
#include "io/signed_files.h"
#include "modelfile/column_part.h"
#include "modelfile/encoder_part.h"
#include "modelfile/invariants.h"
#include "modelfile/parts.h"
#include "modelfile/safetensors.h"

namespace mdl {
namespace {

using namespace parts;

constexpr const char *kFormat = "1", *kServingFormat = "2";
constexpr std::string_view kDocuments[] = {"mdl.format", "mdl.model", "mdl.config", "mdl.training", "mdl.versions"};
constexpr size_t kServingDocuments = 2;  // the first ones
constexpr size_t kLargestFile = size_t{4} << 30;
constexpr int64_t kWidestLayer = int64_t{1} << 31;
constexpr int kDeepest = 5;  // of its description: {features: [{form: {missing: []}}]}
constexpr int64_t kMostFrequencies = 64, kMostPeriodicOutputs = 64, kWidestEmbedding = 1024, kMostMembers = 1024;
constexpr size_t kMostQuantiles = 99;
constexpr int64_t kHighestVersion = 1'000'000'000;

/// Without what mdl expects anyway.
ordered_json write_text_format(const TextFormat& format) {
  ordered_json text = ordered_json::object();
  if (format.delimiter && *format.delimiter != ',') text["delimiter"] = Mark::name(*format.delimiter);
  if (format.quote && *format.quote != '"') text["quote"] = Mark::name(*format.quote);
  if (format.comment) text["comment"] = Mark::name(*format.comment);
  if (format.encoding) text["encoding"] = *format.encoding;
  return text;
}

TextFormat read_text_format(const json& text) {
  Fields fields(text);
  TextFormat format;
  const auto mark = [&](const char* key, const Mark& kind, std::optional<char>& to) {
    const json* value = fields.find(key);
    if (value != nullptr && !(to = kind.parse(value->get<std::string>())))
      fail("its {} is not one that this version knows", key);
  };
  mark("delimiter", Mark::delimiter(), format.delimiter);
  mark("quote", Mark::quote(), format.quote);
  mark("comment", Mark::comment(), format.comment);
  if (const json* encoding = fields.find("encoding")) format.encoding = encoding->get<std::string>();
  fields.expect_end();
  if (text.empty() || json(write_text_format(format)) != text) fail("its text format is damaged");
  return format;
}

/// The rest of a file while it is turned into a Model; every method throws Error with the reason alone.
class Reader {
 public:
  explicit Reader(Safetensors file) : file_(std::move(file)) {}

  Model read() {
    Model model;
    const std::string format = metadata("mdl.format");
    model.serving = format == kServingFormat;
    if (!model.serving && format != kFormat) {
      fail("its format is version {}, this program reads versions {} and {}", quote(format), kFormat, kServingFormat);
    }
    const json document = parse("mdl.model");
    Fields fields(document);
    model.target.task = parse_enum(fields.at("task"), kTaskNames);
    read_texts(fields, model);
    read_target(fields, model);
    expect_sound(model.encoder);
    read_prediction(fields, model);
    read_network(fields.at("network"), model);
    if (const json* version = fields.find("version")) {
      model.version = whole(*version, kHighestVersion);
      if (model.version == 0) fail("its version is 0");
    }
    if (const json* text = fields.find("text")) model.format = read_text_format(*text);
    fields.expect_end();
    if (!model.serving) read_training(model);
    expect_all_taken(file_);
    const auto documents = std::span(kDocuments).first(model.serving ? kServingDocuments : std::size(kDocuments));
    for (const auto& [key, value] : file_.metadata) {
      if (std::ranges::find(documents, key) == documents.end()) fail("its metadata has the unknown key {}", quote(key));
    }
    return model;
  }

 private:
  const std::string& metadata(const char* key) const {
    const auto found = file_.metadata.find(key);
    if (file_.metadata.contains("mdl.state"))
      fail("it is the state of a run, which mdl train --resume reads; the model is model.safetensors, beside it");
    if (found == file_.metadata.end()) fail("it has no {} in its metadata; was it written by mdl?", key);
    return found->second;
  }

  template <class Json = json>
  Json parse(const char* key) const {
    return parse_json<Json>(metadata(key), kDeepest, fmt::format("{} in its metadata", key));
  }

  void read_texts(Fields& fields, Model& model) {
    Texts texts(file_);
    model.target.name = texts.take();
    model.target.classes = texts.take(fields.at("classes"));
    model.encoder.missing = NullValues(texts.take(fields.at("missing")));
    read_encoder(fields.at("features"), fields.at("scaling"), model.serving, texts, file_, model.encoder);
    if (const json* form = fields.find("exposure")) {
      model.encoder.exposure = Exposure{.column = texts.take()};
      if (!form->empty()) model.encoder.exposure->form = read_form(*form);
    }
    texts.expect_end();
    expect_sound(model.target);
  }

  void read_target(Fields& fields, Model& model) {
    Target& target = model.target;
    if (target.task == Task::kBinary) {
      target.positive = static_cast<size_t>(whole(fields.at("positive"), 1));
    } else if (target.task == Task::kRegression) {
      target.mean = real(fields.at("target_mean"));
      if (const json* form = fields.find("target_form")) target.form = read_form(*form);
      target.scale = real(fields.at("target_scale"));
      read_objective(fields, target);
    }
    if (model.encoder.exposure && !target.objective.has_log_link()) fail("it has exposures without a log link");
    expect_sound(target);
  }

  static void read_objective(Fields& fields, Target& target) {
    Objective& objective = target.objective;
    if (const json* loss = fields.find("target_loss")) {
      objective.loss = parse_enum(*loss, kLossNames);
      if (objective.loss == LossKind::kAuto) fail("its loss is told without need");
    }
    if (objective.loss == LossKind::kTweedie) objective.tweedie_power = real(fields.at("tweedie_power"));
    if (objective.loss == LossKind::kHuber) objective.huber_delta = real(fields.at("huber_delta"));
    if (objective.has_quantiles()) {
      objective.quantiles = reals(fields.at("quantiles"));
      target.centers = reals(fields.at("quantile_centers"));
    }
    const json* transform = fields.find("target_transform");
    const bool transformed = transform != nullptr &&
                             parse_enum(*transform, kTargetTransformNames) == TargetTransform::kLog;
    if (transform != nullptr && (!transformed || objective.has_log_link()))
      fail("its target's transform is told without need");
    target.log = transformed || objective.has_log_link();
    if (target.is_smeared() && objective.loss == LossKind::kAuto) target.average = real(fields.at("target_average"));
  }

  static std::vector<double> reals(const json& list) {
    std::vector<double> values;
    for (const json& value : list) {
      if (values.size() == kMostQuantiles) fail("it has more than {} quantiles", kMostQuantiles);
      values.push_back(real(value));
    }
    return values;
  }

  void read_prediction(Fields& fields, Model& model) {
    model.threshold = fraction(fields.at("threshold"));
    if (const json* rule = fields.find("threshold_rule")) model.threshold_rule = rule->get<std::string>();
    model.temperature = real(fields.at("temperature"));
    model.smoothing = fraction(fields.at("smoothing"));
    if (!(model.temperature > 0)) fail("its temperature is not positive");
    if (model.target.task != Task::kRegression) return;
    if (model.target.is_smeared()) model.smearing = real(fields.at("smearing"));
    if (!(model.smearing > 0)) fail("its smearing factor is not positive");
    if (const json* low = fields.find("low")) model.low = real(*low);
    if (const json* high = fields.find("high")) model.high = real(*high);
    if (!(model.low <= model.high)) fail("its highest prediction is below its lowest");
  }

  void read_network(const json& document, Model& model) {
    Fields fields(document);
    Network& network = model.network;
    for (const json& width : fields.at("widths")) network.widths.push_back(whole(width, kWidestLayer));
    const size_t tensors = file_.tensors.size();
    if (network.widths.size() > 1 + tensors)
      fail("its network has {} layers, too many for {} tensors", network.widths.size() - 1, tensors);
    network.activation = parse_enum(fields.at("activation"), kActivationNames);
    network.parametric = fields.at("parametric").get<bool>();
    network.normalization = parse_enum(fields.at("normalization"), kNormalizationNames);
    network.scale = fields.at("scale").get<bool>();
    network.dense = static_cast<int64_t>(model.encoder.width());
    network.numbers = static_cast<int64_t>(model.encoder.numeric_count());
    network.frequencies = whole(fields.at("frequencies"), kMostFrequencies);
    network.periodic_outputs = whole(fields.at("periodic_outputs"), kMostPeriodicOutputs);
    network.embeddings = model.encoder.embeddings();
    network.embedding_width = whole(fields.at("embedding_width"), kWidestEmbedding);
    network.bags = model.encoder.bags();
    if (!network.bags.empty()) network.bag_width = whole(fields.at("bag_width"), kWidestEmbedding);
    network.members = whole(fields.at("members"), kMostMembers);
    fields.expect_end();
    expect_sound(network, model.encoder, model.target);
    const std::vector<Parameter> parameters = parameters_of(network);
    for (int64_t m = 0; m < network.members; ++m) {
      Values& values = model.members.emplace_back();
      for (const Parameter& parameter : parameters)
        values.push_back(take_finite<float>(file_, name_in_file(network, m, parameter), DType::kF32, parameter.shape));
    }
  }

  static Metric metric_of(const std::string& name) {
    const auto metric = find_metric(name);
    if (!metric) fail("{} is not a score that this version knows", quote(name));
    return *metric;
  }

  static Scores read_scores(const json& document) {
    Scores scores;
    for (const auto& [name, value] : document.items()) scores.emplace_back(metric_of(name), real(value));
    std::sort(scores.begin(), scores.end());
    return scores;
  }

  static Intervals read_intervals(const json& document) {
    Intervals intervals;
    for (const auto& [name, value] : document.items()) {
      Fields fields(value);
      const Interval interval = {real(fields.at("low")), real(fields.at("high"))};
      fields.expect_end();
      if (!(interval.low <= interval.high)) fail("the interval of {} has its ends swapped", quote(name));
      intervals.emplace_back(metric_of(name), interval);
    }
    std::sort(intervals.begin(), intervals.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    return intervals;
  }

  static void read_test(const json& document, Model& model) {
    Fields fields(document);
    model.test_rows = whole(fields.at("rows"), INT64_MAX);
    model.test = read_scores(fields.at("scores"));
    if (const json* intervals = fields.find("intervals")) model.test_intervals = read_intervals(*intervals);
    fields.expect_end();
    if (model.test_rows == 0) fail("it has scores of no test rows");
  }

  void read_training(Model& model) {
    const json training = parse("mdl.training");
    Fields fields(training);
    model.epoch = whole(fields.at("epoch"), INT64_MAX);
    model.training_rows = whole(fields.at("training_rows"), INT64_MAX);
    model.validation_rows = whole(fields.at("validation_rows"), INT64_MAX);
    model.validation = read_scores(fields.at("validation"));
    if (const json* intervals = fields.find("validation_intervals"))
      model.validation_intervals = read_intervals(*intervals);
    if (const json* test = fields.find("test")) read_test(*test, model);
    if (model.target.task != Task::kRegression) {
      for (const json& value : fields.at("class_shares")) model.class_priors.push_back(fraction(value));
      if (model.class_priors.size() != model.target.classes.size())
        fail("it has {} class shares for {} classes", model.class_priors.size(), model.target.classes.size());
    }
    if (const json* start = fields.find("start")) model.start = start->get<std::string>();
    if (const json* metric = fields.find("metric")) model.metric = metric_of(metric->get<std::string>());
    for (const json& change : fields.at("changes")) model.changes.push_back(change.get<std::string>());
    fields.expect_end();
    model.config = metadata("mdl.config");
    const auto versions = parse<ordered_json>("mdl.versions");
    for (const auto& [name, version] : versions.items()) model.versions.emplace_back(name, version.get<std::string>());
  }

  Safetensors file_;
};

}  // namespace

Metric main_metric(const Model& model) {
  const Target& target = model.target;
  return model.metric.value_or(target.task == Task::kRegression
                                   ? main_metric(target.objective.loss)
                                   : main_metric(target.task, model.class_priors, target.positive));
}

namespace {

// JSON has no infinity.

ordered_json scores_json(const Scores& scores) {
  ordered_json out = ordered_json::object();
  for (const auto& [metric, value] : scores) {
    if (std::isfinite(value)) out[name_of(metric)] = value;
  }
  return out;
}

ordered_json intervals_json(const Intervals& intervals) {
  ordered_json out = ordered_json::object();
  for (const auto& [metric, interval] : intervals) {
    if (std::isfinite(interval.low) && std::isfinite(interval.high))
      out[name_of(metric)] = {{"low", interval.low}, {"high", interval.high}};
  }
  return out;
}

/// How it came about.
void write_training(const Model& model, Safetensors& file) {
  ordered_json training = {
      {"epoch", model.epoch}, {"training_rows", model.training_rows}, {"validation_rows", model.validation_rows}};
  if (!model.class_priors.empty()) training["class_shares"] = model.class_priors;
  if (model.metric) training["metric"] = name_of(*model.metric);
  training["changes"] = model.changes;
  if (!model.start.empty()) training["start"] = model.start;
  training["validation"] = scores_json(model.validation);
  if (ordered_json intervals = intervals_json(model.validation_intervals); !intervals.empty())
    training["validation_intervals"] = std::move(intervals);
  if (model.test_rows > 0) {
    training["test"] = {{"rows", model.test_rows}, {"scores", scores_json(model.test)}};
    if (ordered_json intervals = intervals_json(model.test_intervals); !intervals.empty())
      training["test"]["intervals"] = std::move(intervals);
  }
  ordered_json versions = ordered_json::object();
  for (const auto& [name, version] : model.versions) versions[name] = version;
  file.metadata["mdl.training"] = training.dump();
  file.metadata["mdl.versions"] = versions.dump();
  file.metadata["mdl.config"] = model.config;
}

/// What a model of squared errors of the numbers as they are does without.
void write_objective(const Model& model, ordered_json& document) {
  const Target& target = model.target;
  const Objective& objective = target.objective;
  if (objective.loss != LossKind::kAuto) document["target_loss"] = name_of(objective.loss);
  if (objective.loss == LossKind::kTweedie) document["tweedie_power"] = objective.tweedie_power;
  if (objective.loss == LossKind::kHuber) document["huber_delta"] = objective.huber_delta;
  if (objective.has_quantiles()) {
    document["quantiles"] = objective.quantiles;
    document["quantile_centers"] = target.centers;
  }
  if (target.log && !objective.has_log_link()) document["target_transform"] = name_of(TargetTransform::kLog);
  if (!target.is_smeared()) return;
  if (objective.loss == LossKind::kAuto) document["target_average"] = target.average;
  document["smearing"] = model.smearing;
}

}  // namespace

std::string format_model(const Model& model) {
  Safetensors file;
  const Network& network = model.network;
  ordered_json document = {{"task", name_of(model.target.task)},
                           {"classes", model.target.classes.size()},
                           {"missing", model.encoder.missing.spellings().size()},
                           {"scaling", name_of(model.encoder.scaling)},
                           {"threshold", model.threshold},
                           {"temperature", model.temperature},
                           {"smoothing", model.smoothing}};
  if (model.target.task == Task::kBinary) document["positive"] = model.target.positive;
  if (!model.threshold_rule.empty()) document["threshold_rule"] = model.threshold_rule;
  if (model.target.task == Task::kRegression) {
    document["target_mean"] = model.target.mean;
    if (model.target.form.special()) document["target_form"] = write_form(model.target.form);
    document["target_scale"] = model.target.scale;
    write_objective(model, document);
    if (std::isfinite(model.low)) document["low"] = model.low;
    if (std::isfinite(model.high)) document["high"] = model.high;
  }
  document["network"] = {{"widths", network.widths},
                         {"activation", name_of(network.activation)},
                         {"parametric", network.parametric},
                         {"normalization", name_of(network.normalization)},
                         {"scale", network.scale},
                         {"frequencies", network.frequencies},
                         {"periodic_outputs", network.periodic_outputs},
                         {"embedding_width", network.embedding_width},
                         {"members", network.members}};
  if (!network.bags.empty()) document["network"]["bag_width"] = network.bag_width;
  if (model.version != 0) document["version"] = model.version;
  if (const ordered_json text = write_text_format(model.format); !text.empty()) document["text"] = text;
  std::vector<std::string_view> texts = {model.target.name};
  for (const auto* more : {&model.target.classes, &model.encoder.missing.spellings()})
    texts.insert(texts.end(), more->begin(), more->end());
  document["features"] = write_encoder(model.encoder, file, texts);
  if (const auto& exposure = model.encoder.exposure) {
    document["exposure"] = exposure->form.special() ? write_form(exposure->form) : ordered_json::object();
    texts.push_back(exposure->column);
  }
  write_texts(texts, file);
  file.metadata = {{"mdl.format", model.serving ? kServingFormat : kFormat}, {"mdl.model", document.dump()}};
  if (!model.serving) write_training(model, file);
  const std::vector<Parameter> parameters = parameters_of(network);
  for (size_t m = 0; m < model.members.size(); ++m) {
    for (size_t i = 0; i < parameters.size(); ++i) {
      file.tensors[name_in_file(network, static_cast<int64_t>(m), parameters[i])] = TensorData::of(
          DType::kF32, parameters[i].shape, model.members[m][i]);
    }
  }
  return format_safetensors(file);
}

namespace {

Model model_in(Safetensors file, const std::string& name) {
  try {
    return Reader(std::move(file)).read();
  } catch (const Error& error) {
    fail("{}: is not a usable model file: {}", name, error.what());
  } catch (const json::exception&) {
    fail("{}: is not a usable model file: its description is damaged", name);
  }
}

}  // namespace

Model parse_model(std::string_view bytes, const std::string& name) {
  return model_in(parse_safetensors(bytes, name), name);
}

Model load_model(const std::string& path, std::string* sha256) {
  std::error_code ignored;
  if (std::filesystem::exists(path + "/model.safetensors", ignored))
    fail("{}: is a folder; did you mean {}/model.safetensors?", path, path);
  std::optional<Sha256> stored;  // libcrypto takes a millisecond to begin
  if (sha256 != nullptr) stored.emplace();
  const auto source = open_trusted(path, kLargestFile, stored ? &*stored : nullptr);
  Model model = model_in(read_safetensors(*source, path, kLargestFile), input_name(path));
  if (stored) *sha256 = stored->finish();
  expect_version(model, path, protection().min_model_version);
  return model;
}

void expect_version(const Model& model, const std::string& path, int64_t least) {
  if (model.version >= least) return;
  fail("{}: {}; --min-version {} refuses it", input_name(path),
       model.version == 0 ? "has no version (model.version)" : fmt::format("is version {}", model.version), least);
}

}  // namespace mdl
