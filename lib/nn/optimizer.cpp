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
  rates_ = at::zeros_like(network.parameters_of_member(0));
  decays_ = at::zeros_like(rates_);
  epsilons_ = at::ones_like(rates_);
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
    const auto t = static_cast<double>(state_.steps);
    const auto number = [](double value) { return at::scalar_tensor(value, at::kDouble); };
    step_by_aten({.learning_rate = number(learning_rate),
                  .step_size = number(learning_rate / (1 - std::pow(settings_.beta1, t))),
                  .root_correction = number(std::sqrt(1 - std::pow(settings_.beta2, t))),
                  .weight_decay = number(weight_decay)},
                 gradient_scale < 1 ? network_.gradients() * gradient_scale : network_.gradients());
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

void FlatOptimizer::step_on_device(const OptimizerFactors& factors) {
  at::Tensor gradients = network_.gradients();
  if (settings_.clip_norm > 0) {
    const at::Tensor norms = gradients.norm(2, -1, /*keepdim=*/true);
    gradients = gradients * (settings_.clip_norm / (norms + 1e-6)).clamp_max(1);
  }
  step_by_aten(factors, gradients);
}

void FlatOptimizer::step_by_aten(const OptimizerFactors& factors, const at::Tensor& gradients) {
  at::Tensor& parameters = network_.parameters();
  at::Tensor decayed = gradients;
  if (settings_.weight_decay > 0 && settings_.kind == Optimizer::kAdamW) {
    parameters.addcmul_(parameters, decays_ * (factors.learning_rate * factors.weight_decay), -1);
  } else if (settings_.weight_decay > 0) {
    decayed = at::addcmul(gradients, parameters, decays_ * factors.weight_decay);
  }
  if (settings_.kind == Optimizer::kSgd) {
    state_.first.mul_(settings_.momentum).add_(decayed);
    parameters.addcmul_(state_.first, rates_ * factors.learning_rate, -1);
    return;
  }
  state_.first.lerp_(decayed, 1 - settings_.beta1);
  state_.second.mul_(settings_.beta2).addcmul_(decayed, decayed, 1 - settings_.beta2);
  const at::Tensor denominator = state_.second.sqrt().div_(factors.root_correction).add_(epsilons_, settings_.epsilon);
  parameters.addcdiv_(state_.first * (rates_ * factors.step_size), denominator, -1);
}

}  // namespace mdl::nn
