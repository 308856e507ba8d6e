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
  const auto members = static_cast<int64_t>(options.seeds.size());
  parameters_ = at::zeros({std::max<int64_t>(members, 1), end},
                          at::TensorOptions(options.dtype).device(options.device));
  if (members == 0) parameters_ = parameters_.squeeze(0);
  gradients_ = at::zeros_like(parameters_);

  NamedParameters<ParameterView> views = bind(network, [&](const Parameter& parameter, size_t place) {
    std::vector<int64_t> shape = parameter.shape;
    if (members > 0) {
      const bool is_matrix = parameter.role == Role::kWeight || parameter.role == Role::kEmbedding ||
                             parameter.role == Role::kBag;
      if (!is_matrix) shape.insert(shape.begin(), 1);
      shape.insert(shape.begin(), members);
    }
    const auto view = [&](const Tensor& flat) {
      return flat.narrow(-1, slices_[place].begin, slices_[place].size).view(shape);
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
  if (members > 0 && options.dropout > 0)
    masks_.emplace(options.seeds, std::vector(network.widths.begin() + 1, network.widths.end() - 1), parameters_);
}

Tensor Mlp::parameters_of_member(int64_t member) const {
  return parameters_.dim() == 1 ? parameters_ : parameters_.select(0, member);
}

void Mlp::set_values(const std::vector<std::vector<float>>& values, int64_t member) {
  const Tensor flat = parameters_of_member(member);
  for (size_t i = 0; i < slices_.size(); ++i) {
    const Tensor source = at::from_blob(const_cast<float*>(values[i].data()), {slices_[i].size}, at::kFloat);
    flat.narrow(0, slices_[i].begin, slices_[i].size).copy_(source);
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
  if (masks_ && pass == Pass::kTraining) {
    std::vector<Tensor> masks = masks_->draw(step.on_device, inputs.dense.size(1));
    for (size_t i = 0; i < dropouts_.size(); ++i) dropouts_[i]->set_mask(std::move(masks[i]));
  }
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
