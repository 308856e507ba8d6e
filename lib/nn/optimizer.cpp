#include "nn/optimizer.h"

#include <cmath>

#include "nn/kernels.h"

namespace mdl::nn {
namespace {

template <class T>
void step_on_cpu(const OptimizerSettings& settings, Mlp& network, at::Tensor& first, at::Tensor& second, int64_t steps, double learning_rate) {
  T* parameter = network.parameters().data_ptr<T>();
  const T* gradient = network.gradients().const_data_ptr<T>();
  const auto t = static_cast<double>(steps);
  for (const Segment& segment : network.segments()) {
    const double decay = segment.decays ? settings.weight_decay : 0;
    const int64_t at = segment.begin;
    if (settings.kind == Optimizer::kSgd) {
      kernels::sgd(parameter + at, gradient + at, first.data_ptr<T>() + at, segment.size, learning_rate, settings.momentum, decay);
      continue;
    }
    const bool decoupled = settings.kind == Optimizer::kAdamW;
    const kernels::AdamStep step{.step_size = learning_rate / (1 - std::pow(settings.beta1, t)),
                                 .root_correction = std::sqrt(1 - std::pow(settings.beta2, t)),
                                 .beta1 = settings.beta1,
                                 .beta2 = settings.beta2,
                                 .epsilon = settings.epsilon,
                                 .l2 = decoupled ? 0 : decay,
                                 .shrink = decoupled ? 1 - learning_rate * decay : 1};
    kernels::adam(parameter + at, gradient + at, first.data_ptr<T>() + at, second.data_ptr<T>() + at, segment.size, step);
  }
}

}  // namespace

FlatOptimizer::FlatOptimizer(const OptimizerSettings& settings, Mlp& network)
    : settings_(settings), network_(network), first_(at::zeros_like(network.parameters())) {
  if (settings.kind != Optimizer::kSgd) second_ = at::zeros_like(network.parameters());
}

void FlatOptimizer::step(double learning_rate) {
  ++steps_;
  if (network_.parameters().scalar_type() == at::kDouble) {
    step_on_cpu<double>(settings_, network_, first_, second_, steps_, learning_rate);
  } else {
    step_on_cpu<float>(settings_, network_, first_, second_, steps_, learning_rate);
  }
}

}  // namespace mdl::nn
