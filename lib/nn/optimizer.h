// Gradient descent on flat parameters: SGD with momentum, Adam, AdamW, as torch.optim defines them.
#pragma once

#include <ATen/ATen.h>

#include "nn/mlp.h"

namespace mdl::nn {

struct OptimizerSettings {
  Optimizer kind = Optimizer::kAdam;
  double momentum = 0.9;    // sgd
  double weight_decay = 0;  // sgd, adam: L2 term in the gradient; adamw: decoupled
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  double clip_norm = 0;  // gradients are scaled down to this norm (torch.nn.utils.clip_grad_norm_); 0: not
};

/// What a parameter slice's learning rate, weight decay and epsilon are multiplied by.
struct ParameterGroup {
  double learning_rate = 1, decay = 1, epsilon = 1;
};

/// What a step leaves for the next one, beside the parameters.
struct OptimizerState {
  int64_t steps = 0;
  at::Tensor first, second;  // velocity (sgd; second undefined), or Adam's moments; laid out as the parameters
};

/// On the device, or single numbers on the host.
struct OptimizerFactors {
  at::Tensor learning_rate;
  at::Tensor step_size, root_correction;  // Adam: the learning rate / (1 - beta1^t), sqrt(1 - beta2^t)
  at::Tensor weight_decay;                // times what it has faded to
};

class FlatOptimizer {
 public:
  /// `groups`: one a slice; empty: weights decay, all else does not.
  FlatOptimizer(const OptimizerSettings& settings, Mlp& network, Backend backend,
                std::vector<ParameterGroup> groups = {});

  /// One update from the network's gradients, weight decay multiplied by `decay_factor`. Returns false when a gradient
  /// is not finite; the parameters are then spoilt. By ATen's operators that is not looked for.
  bool step(double learning_rate, double decay_factor = 1);

  /// The same of several networks, without a word to the host; steps are counted by the caller.
  void step_on_device(const OptimizerFactors& factors);

  const OptimizerSettings& settings() const { return settings_; }
  OptimizerState& state() { return state_; }
  const OptimizerState& state() const { return state_; }

 private:
  template <class T>
  bool step_by_loops(double learning_rate, double weight_decay, double gradient_scale);
  void step_by_aten(const OptimizerFactors& factors, const at::Tensor& gradients);

  OptimizerSettings settings_;
  Mlp& network_;
  Backend backend_;
  OptimizerState state_;
  std::vector<ParameterGroup> groups_;
  at::Tensor rates_, decays_, epsilons_;  // kAten: the groups, laid out as a network's parameters
};

}  // namespace mdl::nn
