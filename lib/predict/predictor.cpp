#include "predict/predictor.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "base/text.h"
#include "metrics/temperature.h"
#include "nn/device.h"
#include "nn/mlp.h"
#include "predict/probabilities.h"

namespace mdl {
namespace {

/// Matrix products round by their shape, so all of them have this many rows, padded with zeros where there are fewer.
constexpr size_t kCpuBlock = 128, kGpuBlock = 4096;

}  // namespace

struct Predictor::Network {
  Network(const Model& model, at::Device device)
      : writer(model.encoder), device(device), block(device.is_cpu() ? kCpuBlock : kGpuBlock), outputs(static_cast<size_t>(model.network.widths.back())) {
    const auto rows = static_cast<int64_t>(block);
    dense = at::zeros({rows, model.network.dense}, at::kFloat);
    if (writer.tables() > 0) categories = at::zeros({rows, static_cast<int64_t>(writer.tables())}, at::kLong);
    for (const Values& values : model.members) {
      members.push_back(std::make_unique<nn::Mlp>(model.network, nn::MlpOptions{.device = device}));
      members.back()->set_values(values);
    }
  }

  /// Makes the inputs of `count` rows; the rest of the block is zero.
  void gather(const EncodedRows& rows, size_t begin, size_t count) {
    float* to = dense.data_ptr<float>();
    int64_t* index = categories.defined() ? categories.data_ptr<int64_t>() : nullptr;
    const size_t width = writer.width(), tables = writer.tables();
    for (size_t i = 0; i < count; ++i) writer.write(rows, begin + i, to + i * width, index + i * tables);
    std::fill(to + count * width, to + block * width, 0.0f);
    std::fill(index + count * tables, index + block * tables, 0);
  }

  /// A member's outputs for the block, on the CPU.
  at::Tensor forward(nn::Mlp& member) {
    return member.forward({dense.to(device), categories.defined() ? categories.to(device) : categories}, nn::Pass::kEvaluation).cpu();
  }

  InputWriter writer;
  at::Device device;
  size_t block;                  // rows at once
  size_t outputs;                // of a row
  at::Tensor dense, categories;  // on the CPU
  std::vector<std::unique_ptr<nn::Mlp>> members;
};

Predictor::Predictor(const Model& model, const std::string& device) : model_(model), network_(std::make_unique<Network>(model, nn::find_device(device))) {}

Predictor::~Predictor() = default;

const Predictions& Predictor::predict(const EncodedRows& rows, size_t begin, size_t count) {
  const c10::InferenceMode no_autograd;
  const size_t classes = model_.target.classes.size();
  predictions_.probabilities.assign(count * classes, 0);
  predictions_.labels.resize(classes > 0 ? count : 0);
  predictions_.values.assign(classes > 0 ? 0 : count, 0);
  predictions_.not_finite.reset();
  for (size_t start = 0; start < count; start += network_->block) {
    const size_t size = std::min(network_->block, count - start);
    network_->gather(rows, begin + start, size);
    for (const auto& member : network_->members) add(network_->forward(*member).const_data_ptr<float>(), start, size);
  }
  for (size_t row = 0; row < count; ++row) finish(row);
  return predictions_;
}

void Predictor::add(const float* outputs, size_t start, size_t size) {
  const size_t width = network_->outputs, classes = model_.target.classes.size();
  const auto members = static_cast<int64_t>(network_->members.size());
  for (size_t row = start; row < start + size; ++row) {
    const std::span<const float> output(outputs + (row - start) * width, width);
    const bool finite = std::all_of(output.begin(), output.end(), [](float z) { return std::isfinite(z); });
    if (!finite) predictions_.not_finite = std::min(row, predictions_.not_finite.value_or(row));
    if (classes > 0) {
      add_probabilities(model_.target, output, members, std::span(predictions_.probabilities).subspan(row * classes, classes));
    } else {
      predictions_.values[row] += static_cast<double>(output[0]) / static_cast<double>(members);
    }
  }
}

/// From the members' average to what is printed.
void Predictor::finish(size_t row) {
  const Target& target = model_.target;
  const size_t classes = target.classes.size();
  if (classes == 0) {
    const double value = std::clamp(target.mean + target.scale * predictions_.values[row], model_.low, model_.high);
    predictions_.values[row] = as_printed(static_cast<float>(value));
    if (!std::isfinite(predictions_.values[row])) predictions_.not_finite = std::min(row, predictions_.not_finite.value_or(row));
    return;
  }
  const std::span<double> probabilities = std::span(predictions_.probabilities).subspan(row * classes, classes);
  apply_temperature(model_.temperature, probabilities);
  for (double& p : probabilities) p = (1 - model_.smoothing) * p + model_.smoothing / static_cast<double>(classes);
  round_probabilities(probabilities);
  if (target.task == Task::kBinary) {
    predictions_.labels[row] = static_cast<int32_t>(probabilities[target.positive] >= model_.threshold ? target.positive : 1 - target.positive);
  } else {
    predictions_.labels[row] = static_cast<int32_t>(std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin());
  }
}

Predictions predict_rows(const Model& model, const EncodedRows& encoded, std::span<const uint32_t> rows, const std::string& device) {
  EncodedRows selected;
  for (const uint32_t row : rows) selected.append(encoded, row);
  Predictor predictor(model, device);
  const Predictions& predictions = predictor.predict(selected, 0, selected.rows);
  if (predictions.not_finite) fail("the network has no finite answer to a validation row; a number in it is far too large");
  return predictions;
}

}  // namespace mdl
