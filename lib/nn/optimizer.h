// Gradient descent on flat parameters: SGD with momentum, Adam, AdamW, as torch.optim defines them.
#pragma once

#include <ATen/ATen.h>

#include "nn/mlp.h"

namespace mdl::nn {

struct OptimizerSettings {
  Optimizer kind = Optimizer::kAdam;
  double momentum = 0.9;         // sgd
  double weight_decay = 0;       // of weights, not of biases; sgd, adam: L2 term in the gradient; adamw: decoupled
  double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
};

class FlatOptimizer {
 public:
  FlatOptimizer(const OptimizerSettings& settings, Mlp& network);

  /// One update from the network's gradients.
  void step(double learning_rate);

 private:
  OptimizerSettings settings_;
  Mlp& network_;
  int64_t steps_ = 0;
  at::Tensor first_, second_;    // velocity, or Adam's moments; laid out as the parameters
};

}  // namespace mdl::nn
