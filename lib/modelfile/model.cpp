#include "modelfile/model.h"

#include <cmath>
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

std::string layer_name(size_t layer) { return fmt::format("{}", 2 * layer); }

/// Enum values in a document, by the name that the config uses.
template <class Enum>
Enum parse_enum(const std::string& name, std::initializer_list<Enum> values) {
  for (const Enum value : values) {
    if (name == name_of(value)) return value;
  }
  fail("{} is not a value that this version knows", quote(name));
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
    model.target.task = parse_enum(document.at("task").get<std::string>(), {Task::kBinary, Task::kMulticlass, Task::kRegression});
    model.network.activation = parse_enum(document.at("activation").get<std::string>(),
                                          {Activation::kRelu, Activation::kGelu, Activation::kSilu, Activation::kTanh});
    read_texts(document, model);
    read_target(document, model);
    read_encoder(model);
    model.threshold = document.at("threshold").get<double>();
    if (!(model.threshold >= 0 && model.threshold <= 1)) fail("its threshold is outside 0 to 1");
    read_layers(document, model);
    read_training(model);
    return model;
  }

 private:
  const std::string& metadata(const char* key) const {
    const auto found = file_.metadata.find(key);
    if (found == file_.metadata.end()) fail("it has no {} in its metadata; was it written by mdl?", key);
    return found->second;
  }

  json parse(const char* key) const { return json::parse(metadata(key)); }

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

  static size_t count(const json& value, size_t most) {
    const auto number = value.get<int64_t>();
    if (number < 0 || static_cast<uint64_t>(number) > most) fail("a count in it is out of range");
    return static_cast<size_t>(number);
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
    const auto take = [&] {
      if (next == texts) fail("tensor text.offsets is too short");
      const auto begin = static_cast<size_t>(offsets[next]), end = static_cast<size_t>(offsets[next + 1]);
      ++next;
      return bytes.substr(begin, end - begin);
    };
    model.target.name = take();
    for (size_t n = count(document.at("classes"), texts); n > 0; --n) model.target.classes.push_back(take());
    for (size_t n = count(document.at("missing"), texts); n > 0; --n) model.encoder.missing.push_back(take());
    bool categorical_seen = false;
    for (const json& item : document.at("features")) {
      Feature feature;
      feature.name = take();
      feature.kind = parse_enum(item.at("kind").get<std::string>(), {ColumnKind::kNumeric, ColumnKind::kCategorical});
      const bool categorical = feature.kind == ColumnKind::kCategorical;
      if (categorical) {
        for (size_t n = count(item.at("categories"), texts); n > 0; --n) feature.categories.push_back(take());
      }
      if (categorical_seen && !categorical) fail("its numeric features do not stand first");
      categorical_seen = categorical;
      model.encoder.features.push_back(std::move(feature));
    }
    if (next != texts) fail("tensor text.offsets is too long");
  }

  void read_target(const json& document, Model& model) {
    Target& target = model.target;
    const size_t classes = target.classes.size();
    const bool fits = target.task == Task::kBinary ? classes == 2 : target.task == Task::kMulticlass ? classes >= 2 : classes == 0;
    if (!fits) fail("it has {} classes, which does not fit its task", classes);
    if (target.task == Task::kBinary) {
      target.positive = count(document.at("positive"), 1);
    } else if (target.task == Task::kRegression) {
      target.mean = document.at("target_mean").get<double>();
      target.scale = document.at("target_scale").get<double>();
      if (!std::isfinite(target.mean) || !std::isfinite(target.scale) || target.scale <= 0) fail("its target scale is not a positive number");
    }
  }

  void read_encoder(Model& model) {
    const auto numeric = static_cast<int64_t>(model.encoder.numeric_count());
    const auto means = finite<double>("encoder.mean", DType::kF64, {numeric});
    const auto scales = finite<double>("encoder.scale", DType::kF64, {numeric});
    for (size_t f = 0; f < means.size(); ++f) {
      if (scales[f] <= 0) fail("tensor encoder.scale holds a value that is not positive");
      model.encoder.features[f].mean = means[f];
      model.encoder.features[f].scale = scales[f];
    }
  }

  void read_layers(const json& document, Model& model) {
    model.network.widths = document.at("widths").get<std::vector<int64_t>>();
    const auto& widths = model.network.widths;
    if (widths.size() < 2) fail("its network has no layer");
    for (const int64_t width : widths) {
      if (width < 1 || width > (int64_t{1} << 31)) fail("a layer of its network is {} wide", width);
    }
    if (static_cast<size_t>(widths.front()) != model.encoder.width()) fail("its network has {} inputs, its features make {}", widths.front(), model.encoder.width());
    if (widths.back() != output_count(model.target)) fail("its network has {} outputs, its target needs {}", widths.back(), output_count(model.target));
    for (size_t i = 0; i + 1 < widths.size(); ++i) {
      model.layers.push_back({finite<float>(layer_name(i) + ".weight", DType::kF32, {widths[i + 1], widths[i]}),
                              finite<float>(layer_name(i) + ".bias", DType::kF32, {widths[i + 1]})});
    }
  }

  void read_training(Model& model) {
    const json training = parse("mdl.training");
    model.epoch = training.at("epoch").get<int64_t>();
    model.training_rows = training.at("training_rows").get<int64_t>();
    model.validation_rows = training.at("validation_rows").get<int64_t>();
    for (const auto& [name, value] : training.at("validation").items()) {
      if (const auto metric = find_metric(name)) model.validation.emplace_back(*metric, value.get<double>());
    }
    std::sort(model.validation.begin(), model.validation.end());
    if (model.target.task != Task::kRegression) {
      model.class_shares = training.at("class_shares").get<std::vector<double>>();
      if (model.class_shares.size() != model.target.classes.size()) fail("it has {} class shares for {} classes", model.class_shares.size(), model.target.classes.size());
    }
    model.config = metadata("mdl.config");
    for (const auto& [name, version] : parse("mdl.versions").items()) model.versions.emplace_back(name, version.get<std::string>());
  }

  Safetensors file_;
};

}  // namespace

int64_t output_count(const Target& target) { return target.task == Task::kMulticlass ? static_cast<int64_t>(target.classes.size()) : 1; }

std::string format_model(const Model& model) {
  Safetensors file;
  ordered_json document = {{"task", name_of(model.target.task)},
                           {"widths", model.network.widths},
                           {"activation", name_of(model.network.activation)},
                           {"threshold", model.threshold},
                           {"classes", model.target.classes.size()},
                           {"missing", model.encoder.missing.size()}};
  if (model.target.task == Task::kBinary) document["positive"] = model.target.positive;
  if (model.target.task == Task::kRegression) {
    document["target_mean"] = model.target.mean;
    document["target_scale"] = model.target.scale;
  }
  std::vector<double> means, scales;
  document["features"] = ordered_json::array();
  for (const Feature& feature : model.encoder.features) {
    ordered_json item = {{"kind", name_of(feature.kind)}};
    if (feature.kind == ColumnKind::kCategorical) {
      item["categories"] = feature.categories.size();
    } else {
      means.push_back(feature.mean);
      scales.push_back(feature.scale);
    }
    document["features"].push_back(std::move(item));
  }
  ordered_json training = {{"epoch", model.epoch}, {"training_rows", model.training_rows}, {"validation_rows", model.validation_rows}};
  if (!model.class_shares.empty()) training["class_shares"] = model.class_shares;
  training["validation"] = ordered_json::object();
  for (const auto& [metric, value] : model.validation) training["validation"][name_of(metric)] = value;
  ordered_json versions = ordered_json::object();
  for (const auto& [name, version] : model.versions) versions[name] = version;
  file.metadata = {{"mdl.format", kFormat},
                   {"mdl.model", document.dump()},
                   {"mdl.training", training.dump()},
                   {"mdl.versions", versions.dump()},
                   {"mdl.config", model.config}};
  const auto numeric = static_cast<int64_t>(means.size());
  file.tensors["encoder.mean"] = TensorData::of(DType::kF64, {numeric}, means);
  file.tensors["encoder.scale"] = TensorData::of(DType::kF64, {numeric}, scales);
  add_texts(file, model);
  for (size_t i = 0; i < model.layers.size(); ++i) {
    const int64_t in = model.network.widths[i], out = model.network.widths[i + 1];
    file.tensors[layer_name(i) + ".weight"] = TensorData::of(DType::kF32, {out, in}, model.layers[i].weight);
    file.tensors[layer_name(i) + ".bias"] = TensorData::of(DType::kF32, {out}, model.layers[i].bias);
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
