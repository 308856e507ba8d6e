#include "nn/optimizer.h"

#include <algorithm>
#include <cmath>

#include "nn/kernels.h"

namespace mdl::nn {
namespace {

double norm_of(const at::Tensor& flat, Backend backend) {
  if (backend == Backend::kAten) return flat.norm().item<double>();
  const bool wide = flat.scalar_type() == at::kDouble;
  return std::sqrt(wide ? kernels::sum_of_squares(flat.const_data_ptr<double>(), flat.numel())
                        : kernels::sum_of_squares(flat.const_data_ptr<float>(), flat.numel()));
}

}  // namespace

FlatOptimizer::FlatOptimizer(const OptimizerSettings& settings, Mlp& network, Backend backend,
                             std::vector<ParameterGroup> groups)
    : settings_(settings), network_(network), backend_(backend), groups_(std::move(groups)) {
  const auto& slices = network.slices();
  state_.first = at::zeros_like(network.parameters());
  if (settings.kind != Optimizer::kSgd) state_.second = at::zeros_like(network.parameters());
  if (groups_.empty()) {
    for (const ParameterSlice& slice : slices) groups_.push_back({.decay = slice.role == Role::kWeight ? 1.0 : 0.0});
  }
  if (backend == Backend::kNative) return;
  rates_ = at::zeros_like(network.parameters());
  decays_ = at::zeros_like(network.parameters());
  epsilons_ = at::ones_like(network.parameters());
  for (size_t i = 0; i < slices.size(); ++i) {
    rates_.narrow(0, slices[i].begin, slices[i].size).fill_(groups_[i].learning_rate);
    decays_.narrow(0, slices[i].begin, slices[i].size).fill_(groups_[i].decay);
    epsilons_.narrow(0, slices[i].begin, slices[i].size).fill_(groups_[i].epsilon);
  }
}

bool FlatOptimizer::step(double learning_rate, double decay_factor) {
  ++state_.steps;
  double gradient_scale = 1;
  if (settings_.clip_norm > 0) {
    const double norm = norm_of(network_.gradients(), backend_);
    if (!std::isfinite(norm)) return false;
    gradient_scale = std::min(1.0, settings_.clip_norm / (norm + 1e-6));
  }
  const double weight_decay = settings_.weight_decay * decay_factor;
  if (backend_ == Backend::kAten) {
    step_by_aten(learning_rate, weight_decay, gradient_scale);
    return true;
  }
  return network_.parameters().scalar_type() == at::kDouble
             ? step_by_loops<double>(learning_rate, weight_decay, gradient_scale)
             : step_by_loops<float>(learning_rate, weight_decay, gradient_scale);
}

template <class T>
bool FlatOptimizer::step_by_loops(double learning_rate, double weight_decay, double gradient_scale) {
  const auto t = static_cast<double>(state_.steps);
  const double correction = 1 - std::pow(settings_.beta1, t),
               root_correction = std::sqrt(1 - std::pow(settings_.beta2, t));
  const bool decoupled = settings_.kind == Optimizer::kAdamW;
  T* parameter = network_.parameters().data_ptr<T>();
  const T* gradient = network_.gradients().const_data_ptr<T>();
  T* first = state_.first.data_ptr<T>();
  bool finite = true;
  for (size_t i = 0; i < groups_.size(); ++i) {
    const ParameterSlice& slice = network_.slices()[i];
    const double rate = learning_rate * groups_[i].learning_rate, decay = weight_decay * groups_[i].decay;
    const int64_t at = slice.begin;
    if (settings_.kind == Optimizer::kSgd) {
      const kernels::SgdStep sgd{rate, settings_.momentum, gradient_scale, decay};
      finite &= kernels::sgd(parameter + at, gradient + at, first + at, slice.size, sgd);
      continue;
    }
    const kernels::AdamStep adam{.step_size = rate / correction,
                                 .root_correction = root_correction,
                                 .beta1 = settings_.beta1,
                                 .beta2 = settings_.beta2,
                                 .epsilon = settings_.epsilon * groups_[i].epsilon,
                                 .gradient_scale = gradient_scale,
                                 .l2 = decoupled ? 0 : decay,
                                 .shrink = decoupled ? 1 - learning_rate * decay : 1};
    finite &= kernels::adam(parameter + at, gradient + at, first + at, state_.second.data_ptr<T>() + at, slice.size,
                            adam);
  }
  return finite;
}

void FlatOptimizer::step_by_aten(double learning_rate, double weight_decay, double gradient_scale) {
  at::Tensor& parameters = network_.parameters();
  at::Tensor gradients = network_.gradients() * gradient_scale;
  if (weight_decay > 0 && settings_.kind == Optimizer::kAdamW) {
    parameters.addcmul_(parameters, decays_, -learning_rate * weight_decay);
  } else if (weight_decay > 0) {
    gradients.addcmul_(parameters, decays_, weight_decay);
  }
  if (settings_.kind == Optimizer::kSgd) {
    state_.first.mul_(settings_.momentum).add_(gradients);
    parameters.addcmul_(state_.first, rates_, -learning_rate);
    return;
  }
  const auto t = static_cast<double>(state_.steps);
  state_.first.lerp_(gradients, 1 - settings_.beta1);
  state_.second.mul_(settings_.beta2).addcmul_(gradients, gradients, 1 - settings_.beta2);
  const at::Tensor denominator =
      state_.second.sqrt().div_(std::sqrt(1 - std::pow(settings_.beta2, t))).add_(epsilons_, settings_.epsilon);
  parameters.addcdiv_(state_.first * rates_, denominator, -learning_rate / (1 - std::pow(settings_.beta1, t)));
}

}  // namespace mdl::nn
