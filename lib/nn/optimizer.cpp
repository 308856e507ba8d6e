#include "nn/optimizer.h"

#include <algorithm>
#include <cmath>

#include "nn/kernels.h"

namespace mdl::nn {
namespace {

bool decays(const Segment& segment) { return segment.role == Role::kWeight; }

template <class T>
bool update(const OptimizerSettings& settings, Mlp& network, OptimizerState& state, double learning_rate, double gradient_scale) {
  const auto t = static_cast<double>(state.steps);
  const bool decoupled = settings.kind == Optimizer::kAdamW;
  kernels::AdamStep adam{.step_size = learning_rate / (1 - std::pow(settings.beta1, t)),
                         .root_correction = std::sqrt(1 - std::pow(settings.beta2, t)),
                         .beta1 = settings.beta1,
                         .beta2 = settings.beta2,
                         .epsilon = settings.epsilon,
                         .gradient_scale = gradient_scale};
  T* parameter = network.parameters().data_ptr<T>();
  const T* gradient = network.gradients().const_data_ptr<T>();
  T* first = state.first.data_ptr<T>();
  bool finite = true;
  for (const Segment& segment : network.segments()) {
    const double decay = decays(segment) ? settings.weight_decay : 0;
    const int64_t at = segment.begin;
    if (settings.kind == Optimizer::kSgd) {
      const kernels::SgdStep sgd{learning_rate, settings.momentum, gradient_scale, decay};
      finite &= kernels::sgd(parameter + at, gradient + at, first + at, segment.size, sgd);
    } else {
      adam.l2 = decoupled ? 0 : decay;
      adam.shrink = decoupled ? 1 - learning_rate * decay : 1;
      finite &= kernels::adam(parameter + at, gradient + at, first + at, state.second.data_ptr<T>() + at, segment.size, adam);
    }
  }
  return finite;
}

double norm_of(const at::Tensor& flat, Loops loops) {
  if (loops == Loops::kAten) return flat.norm().item<double>();
  const bool wide = flat.scalar_type() == at::kDouble;
  return std::sqrt(wide ? kernels::sum_of_squares(flat.const_data_ptr<double>(), flat.numel())
                        : kernels::sum_of_squares(flat.const_data_ptr<float>(), flat.numel()));
}

}  // namespace

FlatOptimizer::FlatOptimizer(const OptimizerSettings& settings, Mlp& network, Loops loops) : settings_(settings), network_(network), loops_(loops) {
  state_.first = at::zeros_like(network.parameters());
  if (settings.kind != Optimizer::kSgd) state_.second = at::zeros_like(network.parameters());
  if (loops == Loops::kOwn) return;
  decays_ = at::zeros_like(network.parameters());
  for (const Segment& segment : network.segments()) {
    if (decays(segment)) decays_.narrow(0, segment.begin, segment.size).fill_(1);
  }
}

bool FlatOptimizer::step(double learning_rate) {
  ++state_.steps;
  double gradient_scale = 1;
  if (settings_.clip_norm > 0) {
    const double norm = norm_of(network_.gradients(), loops_);
    if (!std::isfinite(norm)) return false;
    gradient_scale = std::min(1.0, settings_.clip_norm / (norm + 1e-6));
  }
  if (loops_ == Loops::kAten) {
    step_by_aten(learning_rate, gradient_scale);
    return true;
  }
  return step_by_loops(learning_rate, gradient_scale);
}

bool FlatOptimizer::step_by_loops(double learning_rate, double gradient_scale) {
  return network_.parameters().scalar_type() == at::kDouble ? update<double>(settings_, network_, state_, learning_rate, gradient_scale)
                                                            : update<float>(settings_, network_, state_, learning_rate, gradient_scale);
}

void FlatOptimizer::step_by_aten(double learning_rate, double gradient_scale) {
  at::Tensor& parameters = network_.parameters();
  at::Tensor gradients = network_.gradients() * gradient_scale;
  const bool decoupled = settings_.kind == Optimizer::kAdamW;
  if (settings_.weight_decay > 0 && decoupled) {
    parameters.addcmul_(parameters, decays_, -learning_rate * settings_.weight_decay);
  } else if (settings_.weight_decay > 0) {
    gradients.addcmul_(parameters, decays_, settings_.weight_decay);
  }
  if (settings_.kind == Optimizer::kSgd) {
    state_.first.mul_(settings_.momentum).add_(gradients);
    parameters.add_(state_.first, -learning_rate);
    return;
  }
  const auto t = static_cast<double>(state_.steps);
  state_.first.lerp_(gradients, 1 - settings_.beta1);
  state_.second.mul_(settings_.beta2).addcmul_(gradients, gradients, 1 - settings_.beta2);
  const at::Tensor denominator = state_.second.sqrt().div_(std::sqrt(1 - std::pow(settings_.beta2, t))).add_(settings_.epsilon);
  parameters.addcdiv_(state_.first, denominator, -learning_rate / (1 - std::pow(settings_.beta1, t)));
}

}  // namespace mdl::nn
