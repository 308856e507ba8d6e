// Models of any numbers and texts, put together from the bytes as a file that fits: the reader refuses them with
// mdl::Error, or they answer, are described and exported, also for serving.
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "modelfile/serving.h"
#include "use_model.h"

namespace {

/// Values taken from the input; zeros behind its end.
class Draw {
 public:
  Draw(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  size_t below(size_t limit) { return raw<uint8_t>() % limit; }
  bool flip() { return below(2) == 1; }

  /// Any number, or often a plain one.
  double real() { return flip() ? raw<double>() : static_cast<double>(raw<int8_t>()) / 4; }

  std::string text() {
    std::string out(below(4), 'a');
    for (char& c : out) c = raw<char>();
    return out;
  }

  std::vector<float> floats(size_t count) {
    std::vector<float> out(count);
    for (float& value : out) value = static_cast<float>(std::clamp(real(), -1e38, 1e38));
    return out;
  }

  mdl::NumberForm form() {
    using Kind = mdl::NumberForm::Kind;
    switch (below(5)) {
      case 1: {
        const mdl::NumberForm form{.kind = Kind::kSpelled, .decimal = ',', .unit = text()};
        return mdl::is_usable(form) ? form : mdl::NumberForm();
      }
      case 2: return {.kind = Kind::kDate};
      case 3: return {.kind = Kind::kDate, .order = "dmy"};
      case 4: return {.kind = Kind::kTime};
      default: return {};
    }
  }

 private:
  template <class T>
  T raw() {
    T value{};
    const size_t taken = std::min(sizeof value, size_);
    std::memcpy(&value, data_, taken);
    data_ += taken;
    size_ -= taken;
    return value;
  }

  const uint8_t* data_;
  size_t size_;
};

mdl::Feature number(Draw& draw) {
  mdl::Feature feature{.name = draw.text()};
  mdl::NumericColumn column{
      .form = draw.form(), .center = draw.real(), .scale = draw.real(), .imputed = static_cast<float>(draw.below(3))};
  std::vector<double> values;
  for (size_t n = draw.below(4); n > 0; --n) values.push_back(draw.real());
  std::sort(values.begin(), values.end());
  column.embedded_values = mdl::NumberIndex(values);
  if (draw.flip()) {
    const std::vector<float> inputs = draw.floats(2);
    column.presence = {inputs[0], inputs[1]};
  }
  if (column.form.kind == mdl::NumberForm::Kind::kDate && draw.flip()) {
    column.embedded_values = {};
    feature.kind = mdl::DateColumn{column, {.season = true, .weekday = true, .hour = draw.flip()}};
  } else {
    feature.kind = column;
  }
  return feature;
}

mdl::Feature category(Draw& draw) {
  mdl::Feature feature{.name = draw.text()};
  std::vector<std::string> categories;
  for (size_t n = draw.below(5); n > 0; --n) categories.push_back(draw.text());
  const size_t rows = categories.size() + 1;
  mdl::ValueIndex index(std::move(categories));
  const size_t kind = draw.below(4);
  if (kind == 3 && draw.flip()) {
    feature.kind = mdl::TextColumn{size_t{1} << draw.below(4)};
  } else if (kind == 3) {
    feature.kind = mdl::SetColumn{std::move(index), ';'};
  } else if (kind == 2) {
    feature.kind = mdl::EmbeddingColumn{std::move(index)};
  } else {
    feature.kind = mdl::OneHotColumn{std::move(index), draw.floats(draw.below(4) * rows)};
  }
  return feature;
}

mdl::Model model_of(Draw draw) {
  mdl::Model model;
  mdl::Target& target = model.target;
  target.name = draw.text();
  target.task = static_cast<mdl::Task>(draw.below(3));
  const size_t classes = target.task == mdl::Task::kRegression ? 0
                         : target.task == mdl::Task::kBinary   ? 2
                                                               : 2 + draw.below(3);
  for (size_t k = 0; k < classes; ++k) target.classes.push_back(draw.text() + std::to_string(k));
  target.positive = draw.below(2);
  target.mean = draw.real();
  target.scale = draw.real();
  model.class_priors.assign(classes, 0.5);
  model.encoder.scaling = static_cast<mdl::Scaling>(draw.below(2));
  for (size_t n = draw.below(4); n > 0; --n) model.encoder.features.push_back(number(draw));
  for (size_t n = draw.below(4); n > 0; --n) model.encoder.features.push_back(category(draw));
  model.temperature = draw.real();
  model.smoothing = static_cast<double>(draw.below(5)) / 4;
  model.threshold = static_cast<double>(draw.below(5)) / 4;
  if (draw.flip()) {
    model.low = draw.real();
    model.high = draw.real();
  }
  mdl::Network& network = model.network;
  network.activation = static_cast<mdl::Activation>(draw.below(6));
  network.normalization = static_cast<mdl::Normalization>(draw.below(2));
  network.parametric = draw.flip();
  network.scale = draw.flip();
  network.frequencies = static_cast<int64_t>(draw.below(3));
  network.periodic_outputs = static_cast<int64_t>(1 + draw.below(3));
  network.embedding_width = static_cast<int64_t>(draw.below(4));
  network.members = static_cast<int64_t>(1 + draw.below(2));
  network.dense = static_cast<int64_t>(model.encoder.width());
  network.numbers = static_cast<int64_t>(model.encoder.numeric_count());
  network.embeddings = model.encoder.embeddings();
  network.bags = model.encoder.bags();
  network.bag_width = static_cast<int64_t>(1 + draw.below(3));
  network.widths = {network.input_width()};
  for (size_t n = draw.below(3); n > 0; --n) network.widths.push_back(static_cast<int64_t>(1 + draw.below(20)));
  network.widths.push_back(mdl::output_count(target));
  for (int64_t m = 0; m < network.members; ++m) {
    mdl::Values& values = model.members.emplace_back();
    for (const mdl::Parameter& parameter : mdl::parameters_of(network))
      values.push_back(draw.floats(static_cast<size_t>(parameter.size())));
  }
  return model;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  mdl::Model model = model_of(Draw(data, size));
  try {
    model = mdl::parse_model(mdl::format_model(model), "x");
  } catch (const mdl::Error&) {
    return 0;
  }
  mdl::use_model(model);
  const std::string serving = mdl::format_model(mdl::serving_model(model));
  mdl::use_model(mdl::parse_model(serving, "x"));
  return 0;
}
