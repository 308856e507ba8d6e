#include "nn/initialize.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mdl::nn {
namespace {

/// Values for all parameters, drawn one parameter after the other.
class Drawing {
 public:
  Drawing(const Network& network, const InitializeOptions& options) : network_(network), options_(options) {}

  std::vector<float> draw(const Parameter& parameter, uint32_t number) const {
    const Random random(options_.seed, Purpose::kInitialWeights, number);
    std::vector<float> values(static_cast<size_t>(parameter.size()));
    const auto fill = [&](auto value) {
      for (size_t k = 0; k < values.size(); ++k) values[k] = static_cast<float>(value(k));
    };
    const auto uniform = [&](double limit) { fill([&](size_t k) { return (2 * random.uniform(k) - 1) * limit; }); };
    const auto normal = [&](double deviation) { fill([&](size_t k) { return random.normal(k) * deviation; }); };
    switch (parameter.role) {
      case Role::kWeight:
        if (options_.method == Initialization::kData) {
          normal(1 / std::sqrt(static_cast<double>(parameter.shape[1])));
        } else {
          uniform(std::sqrt(6.0 / static_cast<double>(parameter.shape[0] + parameter.shape[1])));
        }
        break;
      case Role::kFrequency: normal(options_.periodic_sigma); break;
      case Role::kPhase: uniform(std::numbers::pi); break;
      case Role::kPeriodicWeight:
      case Role::kPeriodicBias: uniform(1 / std::sqrt(static_cast<double>(network_.frequencies))); break;
      case Role::kEmbedding: normal(1); break;
      case Role::kBag:
        normal(0.1);                                            // what training seldom meets must not tell much
        std::fill_n(values.begin(), parameter.shape[1], 0.0f);  // of missing cells: nothing is like them
        break;
      case Role::kNormWeight:
      case Role::kAlpha:
      case Role::kScale: values.assign(values.size(), 1.0f); break;
      case Role::kBias:
      case Role::kNormBias: break;
    }
    return values;
  }

 private:
  const Network& network_;
  const InitializeOptions& options_;
};

/// Weight columns divided by the standard deviation of their products with x, then biases from five rows of the
/// products.
void fit_to_rows(Linear& layer, const Tensor& x, const Random& random) {
  constexpr int64_t kRows = 5;
  Tensor& weight = layer.weight().value;
  const int64_t rows = x.size(0), out = weight.size(0);
  const Tensor deviation = at::mm(x, weight.t()).to(at::kDouble).std(0, /*unbiased=*/false).to(weight.scalar_type());
  weight.div_(at::where(deviation > 0, deviation, at::ones_like(deviation)).unsqueeze(1));
  const Tensor products = at::mm(x, weight.t()).contiguous();
  const Tensor bias = at::zeros({out}, at::kDouble);
  for (int64_t o = 0; o < out; ++o) {
    double sum = 0, weights = 0;
    for (int64_t k = 0; k < kRows; ++k) {
      const auto position = static_cast<uint64_t>(2 * (o * kRows + k));
      const double fraction = -std::log1p(-random.uniform(position));
      const auto row = static_cast<int64_t>(random.uniform(position + 1) * static_cast<double>(rows));
      sum += fraction * products[row][o].item<double>();
      weights += fraction;
    }
    bias[o] = -sum / weights;
  }
  layer.bias().value.copy_(bias);
}

}  // namespace

void initialize(Mlp& mlp, const Network& network, const InitializeOptions& options, const Inputs& sample) {
  std::vector<std::vector<float>> values;
  const Drawing drawing(network, options);
  for (const Parameter& parameter : parameters_of(network))
    values.push_back(drawing.draw(parameter, static_cast<uint32_t>(values.size())));
  mlp.set_values(values);
  if (options.method != Initialization::kData) return;
  constexpr uint32_t kBiasStreams = 1 << 16;  // behind those of the drawing
  Tensor x = mlp.input_layer() != nullptr ? mlp.input_layer()->forward(sample) : sample.dense;
  uint32_t stream = kBiasStreams;
  for (const auto& layer : mlp.layers()) {
    if (auto* linear = dynamic_cast<Linear*>(layer.get()))
      fit_to_rows(*linear, x, Random(options.seed, Purpose::kInitialWeights, stream++));
    x = layer->forward(x, Pass::kEvaluation);
  }
}

}  // namespace mdl::nn
