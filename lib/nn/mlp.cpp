#include "nn/mlp.h"

#include <cmath>

namespace mdl::nn {

Mlp::Mlp(const Network& network, double dropout, int64_t seed, at::TensorOptions options) : network_(network) {
  const auto alignment = static_cast<int64_t>(64 / options.dtype().itemsize());
  int64_t end = 0;
  const auto add_segment = [&](int64_t size, bool decays) {
    segments_.push_back({end, size, decays});
    end += (size + alignment - 1) / alignment * alignment;
  };
  const auto& widths = network.widths;
  for (size_t i = 0; i + 1 < widths.size(); ++i) {
    add_segment(widths[i] * widths[i + 1], true);
    add_segment(widths[i + 1], false);
  }
  parameters_ = at::zeros({end}, options);
  gradients_ = at::zeros({end}, options);
  const auto view = [](const Tensor& flat, const Segment& segment) { return flat.narrow(0, segment.begin, segment.size); };
  for (size_t i = 0; i + 1 < widths.size(); ++i) {
    const Segment &weight = segments_[2 * i], &bias = segments_[2 * i + 1];
    const int64_t in = widths[i], out = widths[i + 1];
    steps_.push_back(std::make_unique<Linear>(view(parameters_, weight).view({out, in}), view(parameters_, bias), view(gradients_, weight).view({out, in}),
                                              view(gradients_, bias)));
    if (i + 2 == widths.size()) break;
    steps_.push_back(std::make_unique<Activate>(network.activation));
    if (dropout > 0) {
      auto layer = std::make_unique<Dropout>(dropout, seed, static_cast<uint32_t>(i));
      dropouts_.push_back(layer.get());
      steps_.push_back(std::move(layer));
    }
  }
}

void Mlp::initialize(int64_t seed) {
  std::vector<LinearWeights> drawn;
  for (size_t i = 0; i + 1 < network_.widths.size(); ++i) {
    const int64_t in = network_.widths[i], out = network_.widths[i + 1];
    const Random random(static_cast<uint64_t>(seed), Purpose::kInitialWeights, static_cast<uint32_t>(i));
    const double limit = std::sqrt(6.0 / static_cast<double>(in + out));
    LinearWeights layer{std::vector<float>(static_cast<size_t>(in * out)), std::vector<float>(static_cast<size_t>(out))};
    for (size_t k = 0; k < layer.weight.size(); ++k) layer.weight[k] = static_cast<float>((2 * random.uniform(k) - 1) * limit);
    drawn.push_back(std::move(layer));
  }
  set_layers(drawn);
}

void Mlp::set_layers(const std::vector<LinearWeights>& layers) {
  const auto copy = [&](const Segment& segment, const std::vector<float>& values) {
    const Tensor source = at::from_blob(const_cast<float*>(values.data()), {segment.size}, at::kFloat);
    parameters_.narrow(0, segment.begin, segment.size).copy_(source);
  };
  for (size_t i = 0; i < layers.size(); ++i) {
    copy(segments_[2 * i], layers[i].weight);
    copy(segments_[2 * i + 1], layers[i].bias);
  }
}

std::vector<LinearWeights> Mlp::layers() const {
  const Tensor host = parameters_.to(at::kCPU, at::kFloat);
  const auto copy = [&](const Segment& segment) {
    const float* begin = host.const_data_ptr<float>() + segment.begin;
    return std::vector<float>(begin, begin + segment.size);
  };
  std::vector<LinearWeights> layers;
  for (size_t i = 0; i < segments_.size(); i += 2) layers.push_back({copy(segments_[i]), copy(segments_[i + 1])});
  return layers;
}

const Tensor& Mlp::forward(const Tensor& inputs, Pass pass, int64_t step) {
  for (Dropout* dropout : dropouts_) dropout->set_step(step);
  const Tensor* x = &inputs;
  for (const auto& layer : steps_) x = &layer->forward(*x, pass);
  return *x;
}

void Mlp::backward(const Tensor& grad_outputs) {
  const Tensor* grad = &grad_outputs;
  for (auto layer = steps_.rbegin(); layer != steps_.rend(); ++layer) grad = &(*layer)->backward(*grad, std::next(layer) != steps_.rend());
}

int64_t Mlp::parameter_count() const {
  int64_t count = 0;
  for (const Segment& segment : segments_) count += segment.size;
  return count;
}

}  // namespace mdl::nn
