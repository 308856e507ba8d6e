// Gradient descent on flat parameters: SGD with momentum, Adam, AdamW, as torch.optim defines them.
#pragma once

#include <ATen/ATen.h>

#include "nn/mlp.h"

namespace mdl::nn {

struct OptimizerSettings {
  Optimizer kind = Optimizer::kAdam;
  double momentum = 0.9;         // sgd
  double weight_decay = 0;       // of weights alone, not of biases and norms; sgd, adam: L2 term in the gradient; adamw: decoupled
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  double clip_norm = 0;          // gradients are scaled down to this norm (torch.nn.utils.clip_grad_norm_); 0: not
};

/// What a step leaves for the next one, beside the parameters.
struct OptimizerState {
  int64_t steps = 0;
  at::Tensor first, second;      // velocity (sgd; second undefined), or Adam's moments; laid out as the parameters
};

class FlatOptimizer {
 public:
  FlatOptimizer(const OptimizerSettings& settings, Mlp& network, Loops loops);

  /// One update from the network's gradients. Returns false when a gradient is not finite; the parameters are then spoilt.
  /// By ATen's operators that is not looked for.
  bool step(double learning_rate);

  OptimizerState& state() { return state_; }

 private:
  bool step_by_loops(double learning_rate, double gradient_scale);
  void step_by_aten(double learning_rate, double gradient_scale);

  OptimizerSettings settings_;
  Mlp& network_;
  Loops loops_;
  OptimizerState state_;
  at::Tensor decays_;            // kAten: 1 where weight decay applies, laid out as the parameters
};

}  // namespace mdl::nn
