#include "modelfile/model.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "modelfile/safetensors.h"

namespace mdl {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr const char* kFormat = "1";
constexpr size_t kLargestFile = size_t{4} << 30;
constexpr int64_t kWidestLayer = int64_t{1} << 31;
constexpr int64_t kMostFrequencies = 64, kMostPeriodicOutputs = 64, kWidestEmbedding = 1024, kMostMembers = 1024;
constexpr int64_t kMostRows = int64_t{1} << 53;

void add_texts(Safetensors& file, const Model& model) {
  std::vector<std::string_view> texts = {model.target.name};
  texts.insert(texts.end(), model.target.classes.begin(), model.target.classes.end());
  texts.insert(texts.end(), model.encoder.missing.begin(), model.encoder.missing.end());
  for (const Feature& feature : model.encoder.features) {
    texts.emplace_back(feature.name);
    texts.insert(texts.end(), feature.categories.begin(), feature.categories.end());
  }
  std::string bytes;
  std::vector<int64_t> offsets = {0};
  for (const std::string_view text : texts) {
    bytes += text;
    offsets.push_back(static_cast<int64_t>(bytes.size()));
  }
  const auto count = static_cast<int64_t>(offsets.size());
  file.tensors["text.offsets"] = TensorData::of(DType::kI64, {count}, offsets);
  file.tensors["text.bytes"] = {DType::kU8, {static_cast<int64_t>(bytes.size())}, std::move(bytes)};
}

template <class Enum, size_t count>
Enum parse_enum(const json& text, const Named<Enum> (&names)[count]) {
  const auto& word = text.get_ref<const std::string&>();
  for (const auto& [value, name] : names) {
    if (word == name) return value;
  }
  fail("{} is not a value that this version knows", quote(word));
}

/// JSON's own conversions would take 2.5 or true for a whole number.
int64_t whole(const json& value, int64_t most) {
  if (!value.is_number_unsigned() || value.get<uint64_t>() > static_cast<uint64_t>(most)) fail("{} in it is not a whole number in range", quote(value.dump()));
  return value.get<int64_t>();
}

double real(const json& value) {
  if (!value.is_number()) fail("{} in it is not a number", quote(value.dump()));
  return value.get<double>();
}

double share(const json& value) {
  const double number = real(value);
  if (!(number >= 0 && number <= 1)) fail("{} in it is outside 0 to 1", quote(value.dump()));
  return number;
}

void expect_distinct(std::vector<std::string_view> texts, const char* what) {
  std::sort(texts.begin(), texts.end());
  const auto twice = std::adjacent_find(texts.begin(), texts.end());
  if (twice != texts.end()) fail("it has two {} of the name {}", what, quote(*twice));
}

/// The rest of a file while it is turned into a Model; every method throws Error with the reason alone.
class Reader {
 public:
  explicit Reader(Safetensors file) : file_(std::move(file)) {}

  Model read() {
    if (const std::string format = metadata("mdl.format"); format != kFormat) {
      fail("its format is version {}, this program reads version {}", quote(format), kFormat);
    }
    const json document = parse("mdl.model");
    Model model;
    model.target.task = parse_enum(document.at("task"), kTaskNames);
    read_texts(document, model);
    read_target(document, model);
    read_encoder(document, model);
    read_histograms(model.encoder);
    read_prediction(document, model);
    read_network(document.at("network"), model);
    read_training(model);
    return model;
  }

 private:
  const std::string& metadata(const char* key) const {
    const auto found = file_.metadata.find(key);
    if (found == file_.metadata.end()) fail("it has no {} in its metadata; was it written by mdl?", key);
    return found->second;
  }

  template <class Json = json>
  Json parse(const char* key) const {
    constexpr int kDeepest = 4;
    return Json::parse(metadata(key), [&](int depth, json::parse_event_t, Json&) {
      if (depth > kDeepest) fail("{} in its metadata is nested too deeply", key);
      return true;
    });
  }

  const TensorData& tensor(const std::string& name, DType dtype, const std::vector<int64_t>& shape) const {
    const auto found = file_.tensors.find(name);
    if (found == file_.tensors.end()) fail("tensor {} is not there", name);
    if (found->second.dtype != dtype || found->second.shape != shape) fail("tensor {} has another type or shape than the network needs", name);
    return found->second;
  }

  template <class T>
  std::vector<T> finite(const std::string& name, DType dtype, const std::vector<int64_t>& shape) const {
    auto values = tensor(name, dtype, shape).values<T>();
    for (const T value : values) {
      if (!std::isfinite(value)) fail("tensor {} holds a value that is not finite", name);
    }
    return values;
  }

  void read_texts(const json& document, Model& model) {
    const auto found = file_.tensors.find("text.offsets");
    if (found == file_.tensors.end() || found->second.dtype != DType::kI64 || found->second.shape.size() != 1) fail("tensor text.offsets is not there");
    const auto offsets = found->second.values<int64_t>();
    const auto size = offsets.empty() ? 0 : offsets.back();
    const std::string& bytes = tensor("text.bytes", DType::kU8, {size}).bytes;
    if (offsets.empty() || offsets[0] != 0 || !std::is_sorted(offsets.begin(), offsets.end())) fail("tensor text.offsets is damaged");
    size_t next = 0;
    const size_t texts = offsets.size() - 1;
    const auto count = [&](const json& value) { return whole(value, static_cast<int64_t>(texts)); };
    const auto take = [&] {
      if (next == texts) fail("tensor text.offsets is too short");
      const auto begin = static_cast<size_t>(offsets[next]), end = static_cast<size_t>(offsets[next + 1]);
      ++next;
      return bytes.substr(begin, end - begin);
    };
    model.target.name = take();
    for (int64_t n = count(document.at("classes")); n > 0; --n) model.target.classes.push_back(take());
    for (int64_t n = count(document.at("missing")); n > 0; --n) model.encoder.missing.push_back(take());
    const auto codes = file_.tensors.find("encoder.codes");
    int64_t codes_left = codes == file_.tensors.end() || codes->second.shape.size() != 1 ? 0 : codes->second.shape[0];
    const auto values = file_.tensors.find("encoder.values");
    int64_t values_left = values == file_.tensors.end() || values->second.shape.size() != 1 ? 0 : values->second.shape[0];
    const auto edges = file_.tensors.find("histogram.edges");
    int64_t edges_left = edges == file_.tensors.end() || edges->second.shape.size() != 1 ? 0 : edges->second.shape[0];
    bool categorical_seen = false;
    for (const json& item : document.at("features")) {
      Feature feature;
      feature.name = take();
      feature.kind = parse_enum(item.at("kind"), kColumnKindNames);
      const bool categorical = feature.kind == ColumnKind::kCategorical;
      if (categorical) {
        for (int64_t n = count(item.at("categories")); n > 0; --n) feature.categories.push_back(take());
        expect_distinct({feature.categories.begin(), feature.categories.end()}, "categories");
        feature.table = item.at("table").get<bool>();
      } else {
        feature.indicator = item.at("indicator").get<bool>();
        feature.dates = item.value("dates", false);
        if (item.contains("values")) feature.values.resize(static_cast<size_t>(whole(item.at("values"), values_left)));
        values_left -= static_cast<int64_t>(feature.values.size());
        if (item.contains("edges")) feature.histogram.edges.resize(static_cast<size_t>(whole(item.at("edges"), edges_left)));
        edges_left -= static_cast<int64_t>(feature.histogram.edges.size());
      }
      feature.codes.resize(static_cast<size_t>(whole(item.at("codes"), codes_left)));
      codes_left -= static_cast<int64_t>(feature.codes.size());
      if (categorical_seen && !categorical) fail("its numeric features do not stand first");
      categorical_seen = categorical;
      model.encoder.features.push_back(std::move(feature));
    }
    if (next != texts) fail("tensor text.offsets is too long");
    expect_distinct({model.target.classes.begin(), model.target.classes.end()}, "classes");
    std::vector<std::string_view> names;
    for (const Feature& feature : model.encoder.features) names.push_back(feature.name);
    expect_distinct(std::move(names), "features");
  }

  void read_target(const json& document, Model& model) {
    Target& target = model.target;
    const size_t classes = target.classes.size();
    const bool fits = target.task == Task::kBinary ? classes == 2 : target.task == Task::kMulticlass ? classes >= 2 : classes == 0;
    if (!fits) fail("it has {} classes, which does not fit its task", classes);
    if (target.task == Task::kBinary) {
      target.positive = static_cast<size_t>(whole(document.at("positive"), 1));
    } else if (target.task == Task::kRegression) {
      target.mean = real(document.at("target_mean"));
      target.scale = real(document.at("target_scale"));
      if (target.scale <= 0) fail("its target's scale is not positive");
    }
  }

  void read_encoder(const json& document, Model& model) {
    Encoder& encoder = model.encoder;
    encoder.scaling = parse_enum(document.at("scaling"), kScalingNames);
    const auto numeric = static_cast<int64_t>(encoder.numeric_count());
    const auto centers = finite<double>("encoder.center", DType::kF64, {numeric});
    const auto scales = finite<double>("encoder.scale", DType::kF64, {numeric});
    const auto fills = finite<float>("encoder.fill", DType::kF32, {numeric});
    for (size_t f = 0; f < centers.size(); ++f) {
      if (scales[f] <= 0) fail("tensor encoder.scale holds a value that is not positive");
      encoder.features[f].center = centers[f];
      encoder.features[f].scale = scales[f];
      encoder.features[f].fill = fills[f];
    }
    int64_t count = 0;
    for (const Feature& feature : encoder.features) {
      const size_t codes = feature.codes.size(), rows = feature.categories.size() + 1;
      const bool fits = feature.kind == ColumnKind::kNumeric ? codes == (feature.indicator ? 2 : 0) : feature.table ? codes == 0 : codes % rows == 0;
      if (!fits) fail("it has {} codes for column {}, which do not fit its categories", codes, quote(feature.name));
      count += static_cast<int64_t>(codes);
    }
    read_values(encoder);
    const auto codes = finite<float>("encoder.codes", DType::kF32, {count});
    auto next = codes.begin();
    for (Feature& feature : encoder.features) {
      std::copy_n(next, feature.codes.size(), feature.codes.begin());
      next += static_cast<ptrdiff_t>(feature.codes.size());
    }
  }

  void read_values(Encoder& encoder) {
    int64_t count = 0;
    for (const Feature& feature : encoder.features) count += static_cast<int64_t>(feature.values.size());
    if (count == 0) return;
    const auto values = finite<double>("encoder.values", DType::kF64, {count});
    auto next = values.begin();
    for (Feature& feature : encoder.features) {
      std::copy_n(next, feature.values.size(), feature.values.begin());
      next += static_cast<ptrdiff_t>(feature.values.size());
      const bool ascend = std::ranges::adjacent_find(feature.values, std::greater_equal()) == feature.values.end();
      if (!ascend) fail("the values of column {} do not ascend", quote(feature.name));
    }
  }

  void read_histograms(Encoder& encoder) {
    if (file_.tensors.count("histogram.counts") == 0) {
      for (const Feature& feature : encoder.features) {
        if (!feature.histogram.edges.empty()) fail("tensor histogram.counts is not there");
      }
      return;
    }
    int64_t edges = 0, counts = 0;
    for (Feature& feature : encoder.features) {
      const size_t bins = (feature.kind == ColumnKind::kNumeric ? feature.histogram.edges.size() : feature.categories.size()) + 1;
      feature.histogram.counts.resize(bins + 1);
      edges += static_cast<int64_t>(feature.histogram.edges.size());
      counts += static_cast<int64_t>(feature.histogram.counts.size());
    }
    const auto edge_values = finite<double>("histogram.edges", DType::kF64, {edges});
    const auto count_values = tensor("histogram.counts", DType::kI64, {counts}).values<int64_t>();
    auto next_edge = edge_values.begin();
    auto next_count = count_values.begin();
    int64_t rows = 0;
    for (Feature& feature : encoder.features) {
      for (double& edge : feature.histogram.edges) edge = *next_edge++;
      if (std::ranges::adjacent_find(feature.histogram.edges, std::greater_equal()) != feature.histogram.edges.end()) {
        fail("the bins of column {} do not ascend", quote(feature.name));
      }
      int64_t sum = 0;
      for (int64_t& count : feature.histogram.counts) {
        count = *next_count++;
        if (count < 0 || count > kMostRows - sum) fail("tensor histogram.counts holds a value that is out of range");
        sum += count;
      }
      if (sum == 0) fail("the bins of column {} hold no row", quote(feature.name));
      if (rows != 0 && sum != rows) fail("the bins of column {} hold {} rows, those of the others {}", quote(feature.name), sum, rows);
      rows = sum;
    }
  }

  void read_prediction(const json& document, Model& model) {
    model.threshold = share(document.at("threshold"));
    if (document.contains("threshold_rule")) model.threshold_rule = document.at("threshold_rule").get<std::string>();
    model.temperature = real(document.at("temperature"));
    model.smoothing = share(document.at("smoothing"));
    if (!(model.temperature > 0)) fail("its temperature is not positive");
    if (document.contains("low")) model.low = real(document.at("low"));
    if (document.contains("high")) model.high = real(document.at("high"));
    if (!(model.low <= model.high)) fail("its highest prediction is below its lowest");
  }

  void read_network(const json& document, Model& model) {
    Network& network = model.network;
    auto& widths = network.widths;
    for (const json& width : document.at("widths")) {
      widths.push_back(whole(width, kWidestLayer));
      if (widths.back() == 0) fail("a layer of its network is 0 wide");
    }
    if (widths.size() < 2) fail("its network has no layer");
    const size_t layers = widths.size() - 1;
    if (layers > file_.tensors.size() / 2) fail("its network has {} layers, too many for {} tensors", layers, file_.tensors.size());
    network.activation = parse_enum(document.at("activation"), kActivationNames);
    network.parametric = document.at("parametric").get<bool>();
    network.normalization = parse_enum(document.at("normalization"), kNormalizationNames);
    network.scale = document.at("scale").get<bool>();
    network.dense = static_cast<int64_t>(model.encoder.width());
    network.numbers = static_cast<int64_t>(model.encoder.numeric_count());
    network.frequencies = whole(document.at("frequencies"), kMostFrequencies);
    network.periodic_outputs = whole(document.at("periodic_outputs"), kMostPeriodicOutputs);
    network.embeddings = model.encoder.tables();
    network.embedding_width = whole(document.at("embedding_width"), kWidestEmbedding);
    network.members = whole(document.at("members"), kMostMembers);
    if (network.members == 0 || network.periodic_outputs < 2 || network.embedding_width == 0) fail("a size of its network is 0");
    if (widths.front() != network.front_width()) fail("its network has {} inputs, its features make {}", widths.front(), network.front_width());
    if (widths.back() != output_count(model.target)) fail("its network has {} outputs, its target needs {}", widths.back(), output_count(model.target));
    const std::vector<Parameter> parameters = parameters_of(network);
    for (int64_t m = 0; m < network.members; ++m) {
      Values& values = model.members.emplace_back();
      for (const Parameter& parameter : parameters) values.push_back(finite<float>(name_in_file(network, m, parameter), DType::kF32, parameter.shape));
    }
  }

  void read_intervals(const json& document, Model& model) {
    for (const auto& [name, value] : document.items()) {
      const Interval interval = {real(value.at("low")), real(value.at("high"))};
      if (!(interval.low <= interval.high)) fail("the interval of {} ends before it begins", quote(name));
      if (const auto metric = find_metric(name)) model.validation_intervals.emplace_back(*metric, interval);
    }
    std::sort(model.validation_intervals.begin(), model.validation_intervals.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  }

  void read_training(Model& model) {
    const json training = parse("mdl.training");
    model.epoch = whole(training.at("epoch"), INT64_MAX);
    model.training_rows = whole(training.at("training_rows"), INT64_MAX);
    model.validation_rows = whole(training.at("validation_rows"), INT64_MAX);
    for (const auto& [name, value] : training.at("validation").items()) {
      if (const auto metric = find_metric(name)) model.validation.emplace_back(*metric, real(value));
    }
    std::sort(model.validation.begin(), model.validation.end());
    if (training.contains("validation_intervals")) read_intervals(training.at("validation_intervals"), model);
    if (model.target.task != Task::kRegression) {
      for (const json& value : training.at("class_shares")) model.class_shares.push_back(share(value));
      if (model.class_shares.size() != model.target.classes.size()) fail("it has {} class shares for {} classes", model.class_shares.size(), model.target.classes.size());
    }
    for (const json& change : training.at("changes")) model.changes.push_back(change.get<std::string>());
    model.config = metadata("mdl.config");
    const auto versions = parse<ordered_json>("mdl.versions");
    for (const auto& [name, version] : versions.items()) model.versions.emplace_back(name, version.get<std::string>());
  }

  Safetensors file_;
};

}  // namespace

int64_t output_count(const Target& target) { return target.task == Task::kMulticlass ? static_cast<int64_t>(target.classes.size()) : 1; }

std::string format_model(const Model& model) {
  Safetensors file;
  const Network& network = model.network;
  ordered_json document = {{"task", name_of(model.target.task)},
                           {"classes", model.target.classes.size()},
                           {"missing", model.encoder.missing.size()},
                           {"scaling", name_of(model.encoder.scaling)},
                           {"threshold", model.threshold},
                           {"temperature", model.temperature},
                           {"smoothing", model.smoothing}};
  if (model.target.task == Task::kBinary) document["positive"] = model.target.positive;
  if (!model.threshold_rule.empty()) document["threshold_rule"] = model.threshold_rule;
  if (model.target.task == Task::kRegression) {
    document["target_mean"] = model.target.mean;
    document["target_scale"] = model.target.scale;
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
  std::vector<double> centers, scales, values, edges;
  std::vector<int64_t> counts;
  std::vector<float> fills, codes;
  document["features"] = ordered_json::array();
  for (const Feature& feature : model.encoder.features) {
    ordered_json item = {{"kind", name_of(feature.kind)}};
    if (feature.kind == ColumnKind::kCategorical) {
      item["categories"] = feature.categories.size();
      item["table"] = feature.table;
    } else {
      item["indicator"] = feature.indicator;
      if (feature.dates) item["dates"] = true;
      centers.push_back(feature.center);
      scales.push_back(feature.scale);
      fills.push_back(feature.fill);
      if (!feature.values.empty()) item["values"] = feature.values.size();
      values.insert(values.end(), feature.values.begin(), feature.values.end());
      if (!feature.histogram.counts.empty()) item["edges"] = feature.histogram.edges.size();
    }
    edges.insert(edges.end(), feature.histogram.edges.begin(), feature.histogram.edges.end());
    counts.insert(counts.end(), feature.histogram.counts.begin(), feature.histogram.counts.end());
    item["codes"] = feature.codes.size();
    codes.insert(codes.end(), feature.codes.begin(), feature.codes.end());
    document["features"].push_back(std::move(item));
  }
  ordered_json training = {{"epoch", model.epoch}, {"training_rows", model.training_rows}, {"validation_rows", model.validation_rows}};
  if (!model.class_shares.empty()) training["class_shares"] = model.class_shares;
  training["changes"] = model.changes;
  training["validation"] = ordered_json::object();
  for (const auto& [metric, value] : model.validation) {
    if (std::isfinite(value)) training["validation"][name_of(metric)] = value;  // JSON has no infinity
  }
  for (const auto& [metric, interval] : model.validation_intervals) {
    if (!std::isfinite(interval.low) || !std::isfinite(interval.high)) continue;
    training["validation_intervals"][name_of(metric)] = {{"low", interval.low}, {"high", interval.high}};
  }
  ordered_json versions = ordered_json::object();
  for (const auto& [name, version] : model.versions) versions[name] = version;
  file.metadata = {{"mdl.format", kFormat},
                   {"mdl.model", document.dump()},
                   {"mdl.training", training.dump()},
                   {"mdl.versions", versions.dump()},
                   {"mdl.config", model.config}};
  const auto numeric = static_cast<int64_t>(centers.size());
  file.tensors["encoder.center"] = TensorData::of(DType::kF64, {numeric}, centers);
  file.tensors["encoder.scale"] = TensorData::of(DType::kF64, {numeric}, scales);
  file.tensors["encoder.fill"] = TensorData::of(DType::kF32, {numeric}, fills);
  file.tensors["encoder.codes"] = TensorData::of(DType::kF32, {static_cast<int64_t>(codes.size())}, codes);
  if (!values.empty()) file.tensors["encoder.values"] = TensorData::of(DType::kF64, {static_cast<int64_t>(values.size())}, values);
  if (!counts.empty()) {
    file.tensors["histogram.edges"] = TensorData::of(DType::kF64, {static_cast<int64_t>(edges.size())}, edges);
    file.tensors["histogram.counts"] = TensorData::of(DType::kI64, {static_cast<int64_t>(counts.size())}, counts);
  }
  add_texts(file, model);
  const std::vector<Parameter> parameters = parameters_of(network);
  for (size_t m = 0; m < model.members.size(); ++m) {
    for (size_t i = 0; i < parameters.size(); ++i) {
      file.tensors[name_in_file(network, static_cast<int64_t>(m), parameters[i])] = TensorData::of(DType::kF32, parameters[i].shape, model.members[m][i]);
    }
  }
  return format_safetensors(file);
}

Model parse_model(std::string_view bytes, const std::string& name) {
  Safetensors file = parse_safetensors(bytes, name);
  try {
    return Reader(std::move(file)).read();
  } catch (const Error& error) {
    fail("{}: is not a usable model file: {}", name, error.what());
  } catch (const json::exception&) {
    fail("{}: is not a usable model file: its description is damaged", name);
  }
}

Model load_model(const std::string& path) { return parse_model(read_file(path, kLargestFile), input_name(path)); }

}  // namespace mdl
