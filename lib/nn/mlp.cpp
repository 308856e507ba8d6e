#include "nn/mlp.h"

namespace mdl::nn {

Mlp::Mlp(const Network& network, const MlpOptions& options) : network_(network) {
  const auto alignment = static_cast<int64_t>(64 / c10::elementSize(options.dtype));
  int64_t end = 0;
  for (const Parameter& parameter : parameters_of(network)) {
    slices_.push_back(
        {end, parameter.size(), parameter.role, parameter.role == Role::kWeight ? parameter.shape[1] : 0});
    end += (parameter.size() + alignment - 1) / alignment * alignment;
  }
  parameters_ = at::zeros({end}, at::TensorOptions(options.dtype).device(options.device));
  gradients_ = at::zeros_like(parameters_);

  NamedParameters<ParameterView> views = bind(network, [&](const Parameter& parameter, size_t place) {
    const auto view = [&](const Tensor& flat) {
      return flat.narrow(0, slices_[place].begin, slices_[place].size).view(parameter.shape);
    };
    return ParameterView{view(parameters_), view(gradients_)};
  });
  if (network.has_input_layer()) input_layer_ = std::make_unique<InputLayer>(network, views, options.backend);
  for (auto& layer : views.layers) {
    layers_.push_back(std::make_unique<Linear>(std::move(layer.weight), std::move(layer.bias), options.backend));
    if (&layer == &views.layers.back()) break;
    if (layer.norm_weight)
      layers_.push_back(std::make_unique<LayerNorm>(std::move(*layer.norm_weight), std::move(*layer.norm_bias)));
    layers_.push_back(std::make_unique<Activate>(network.activation, options.backend,
                                                 layer.alpha ? std::move(*layer.alpha) : ParameterView()));
    if (options.dropout > 0) {
      auto dropout = std::make_unique<Dropout>(options.dropout, options.seed,
                                               static_cast<uint32_t>(&layer - views.layers.data()));
      dropouts_.push_back(dropout.get());
      layers_.push_back(std::move(dropout));
    }
  }
}

void Mlp::set_values(const std::vector<std::vector<float>>& values) {
  for (size_t i = 0; i < slices_.size(); ++i) {
    const Tensor source = at::from_blob(const_cast<float*>(values[i].data()), {slices_[i].size}, at::kFloat);
    parameters_.narrow(0, slices_[i].begin, slices_[i].size).copy_(source);
  }
}

std::vector<std::vector<float>> Mlp::values() const {
  const Tensor host = parameters_.to(at::kCPU, at::kFloat);
  std::vector<std::vector<float>> values;
  for (const ParameterSlice& slice : slices_) {
    const float* begin = host.const_data_ptr<float>() + slice.begin;
    values.emplace_back(begin, begin + slice.size);
  }
  return values;
}

const Tensor& Mlp::forward(const Inputs& inputs, Pass pass, const Step& step) {
  rows_ = inputs.dense.size(0);
  for (Dropout* dropout : dropouts_) dropout->set_step(step);
  const Tensor* x = input_layer_ ? &input_layer_->forward(inputs) : &inputs.dense;
  for (const auto& layer : layers_) x = &layer->forward(*x, pass);
  return *x;
}

/// Backwards; `accumulating` layer by layer, while what that needs is still near.
void Mlp::sweep(const Tensor& grad_outputs, bool accumulating) {
  const Tensor* grad = &grad_outputs;
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer) {
    const bool last = std::next(layer) == layers_.rend();
    grad = &(*layer)->propagate(*grad, !last || input_layer_ != nullptr);
    if (accumulating) (*layer)->accumulate({});
  }
  if (!input_layer_) return;
  input_layer_->propagate(*grad);
  if (accumulating) input_layer_->accumulate({});
}

void Mlp::backward(const Tensor& grad_outputs) { sweep(grad_outputs, /*accumulating=*/true); }

void Mlp::propagate(const Tensor& grad_outputs) { sweep(grad_outputs, /*accumulating=*/false); }

void Mlp::accumulate(const Tensor& weights) {
  for (const auto& layer : layers_) layer->accumulate(weights);
  if (input_layer_) input_layer_->accumulate(weights);
}

Tensor Mlp::row_norms() const {
  Tensor squared = at::zeros({rows_}, parameters_.options());
  for (const auto& layer : layers_) layer->add_row_norms(squared);
  if (input_layer_) input_layer_->add_row_norms(squared);
  return squared;
}

}  // namespace mdl::nn
