#include "predict/predictor.h"

#include <cmath>

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
      : writer(model.encoder), mlp(model.network, {.device = device}), device(device), block(device.is_cpu() ? kCpuBlock : kGpuBlock) {
    inputs = at::zeros({static_cast<int64_t>(block), model.network.widths.front()}, at::kFloat);
    mlp.set_values(model.parameters);
  }

  /// The outputs for what `inputs` holds, on the CPU.
  at::Tensor forward() { return mlp.forward(inputs.to(device), nn::Pass::kEvaluation).cpu(); }

  InputWriter writer;
  nn::Mlp mlp;
  at::Device device;
  size_t block;        // rows of `inputs`
  at::Tensor inputs;   // on the CPU
};

Predictor::Predictor(const Model& model, const std::string& device) : model_(model), network_(std::make_unique<Network>(model, nn::find_device(device))) {}

Predictor::~Predictor() = default;

const Predictions& Predictor::predict(const EncodedRows& rows, size_t begin, size_t count) {
  const c10::InferenceMode no_autograd;
  const size_t outputs = static_cast<size_t>(model_.network.widths.back());
  const size_t classes = model_.target.classes.size();
  predictions_.probabilities.resize(count * classes);
  predictions_.labels.resize(classes > 0 ? count : 0);
  predictions_.values.resize(classes > 0 ? 0 : count);
  predictions_.not_finite.reset();
  float* inputs = network_->inputs.data_ptr<float>();
  const size_t width = network_->writer.width(), block = network_->block;
  for (size_t start = 0; start < count; start += block) {
    const size_t size = std::min(block, count - start);
    for (size_t i = 0; i < size; ++i) network_->writer.write(rows, begin + start + i, inputs + i * width);
    std::fill(inputs + size * width, inputs + block * width, 0.0f);
    const at::Tensor result = network_->forward();
    const float* output = result.const_data_ptr<float>();
    for (size_t i = 0; i < size; ++i) {
      const size_t row = start + i;
      const std::span<const float> logits(output + i * outputs, outputs);
      if (!predictions_.not_finite && !std::all_of(logits.begin(), logits.end(), [](float z) { return std::isfinite(z); })) predictions_.not_finite = row;
      const std::span<double> probabilities(predictions_.probabilities.data() + row * classes, classes);
      switch (model_.target.task) {
        case Task::kBinary: {
          const size_t positive = model_.target.positive;
          sigmoid_probabilities(logits[0], positive, probabilities);
          predictions_.labels[row] = static_cast<int32_t>(probabilities[positive] >= model_.threshold ? positive : 1 - positive);
          break;
        }
        case Task::kMulticlass:
          softmax_probabilities(logits, probabilities);
          predictions_.labels[row] = static_cast<int32_t>(std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin());
          break;
        case Task::kRegression:
          predictions_.values[row] = as_printed(static_cast<float>(model_.target.mean + model_.target.scale * static_cast<double>(logits[0])));
          break;
      }
    }
  }
  return predictions_;
}

}  // namespace mdl
