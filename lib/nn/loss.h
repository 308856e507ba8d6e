// Losses on the network's raw outputs (logits), with their gradients.
#pragma once

#include <ATen/ATen.h>

#include "config/config.h"

namespace mdl::nn {

/// The loss of a task, averaged over rows:
///   binary      log(1 + e^z) - y z             binary cross-entropy on the logit z [rows, 1], y 0 or 1
///   multiclass  log(sum_k e^z_k) - z_y         categorical cross-entropy on the logits [rows, classes], y a class index
///   regression  (z - y)^2                      mean squared error, z [rows, 1]
/// `targets` [rows] have the type and device of `outputs`. Writes the gradient by the outputs into `grad_outputs` where that
/// is defined (same shape as `outputs`).
double loss(Task task, const at::Tensor& outputs, const at::Tensor& targets, at::Tensor& grad_outputs);

}  // namespace mdl::nn
