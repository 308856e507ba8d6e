#include "predict/predictor.h"

#include <cmath>

#include "nn/mlp.h"
#include "predict/probabilities.h"

namespace mdl {
namespace {

/// Matrix products round by their shape, so all of them have this many rows, padded with zeros where there are fewer.
constexpr size_t kBlock = 128;

}  // namespace

struct Predictor::Network {
  Network(const Model& model) : writer(model.encoder), mlp(model.network, 0, 0, at::kFloat), inputs(at::zeros({kBlock, model.network.widths.front()}, at::kFloat)) {
    mlp.set_layers(model.layers);
  }

  InputWriter writer;
  nn::Mlp mlp;
  at::Tensor inputs;
};

Predictor::Predictor(const Model& model) : model_(model), network_(std::make_unique<Network>(model)) {}

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
  const size_t width = network_->writer.width();
  for (size_t start = 0; start < count; start += kBlock) {
    const size_t size = std::min(kBlock, count - start);
    for (size_t i = 0; i < size; ++i) network_->writer.write(rows, begin + start + i, inputs + i * width);
    std::fill(inputs + size * width, inputs + kBlock * width, 0.0f);
    const float* output = network_->mlp.forward(network_->inputs, nn::Pass::kEvaluation).const_data_ptr<float>();
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
