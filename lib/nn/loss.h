// Losses on the network's raw outputs (logits), with their gradients.
#pragma once

#include <ATen/ATen.h>

#include "config/config.h"

namespace mdl::nn {

/// The loss of a row:
///   binary      log(1 + e^z) - y z             binary cross-entropy on the logit z [rows, 1], y 0 or 1
///   multiclass  log(sum_k e^z_k) - z_y         categorical cross-entropy on the logits [rows, classes], y a class index
///   regression  (z - y)^2                      squared error, z [rows, 1]
/// Label smoothing e mixes the truth with the uniform distribution (Szegedy et al. 2016): y becomes (1 - e) y + e / 2,
/// or the one-hot truth (1 - e) y_k + e / K.
struct Loss {
  Task task = Task::kBinary;
  double label_smoothing = 0;
};

/// Adds the sum over the rows of weight times loss to `sum`, one float64 on the device of `outputs`, and writes the
/// gradient of that sum divided by the number of rows into `grad_outputs` (shape of `outputs`) where it is defined.
/// `targets` [rows] and `weights` [rows] (undefined: ones) have the type and device of `outputs`. On the CPU by our own
/// loops.
void add_loss(const Loss& loss, const at::Tensor& outputs, const at::Tensor& targets, const at::Tensor& weights,
              at::Tensor& grad_outputs, at::Tensor& sum);

/// The same by ATen's operators, for any device.
void add_loss_by_aten(const Loss& loss, const at::Tensor& outputs, const at::Tensor& targets, const at::Tensor& weights,
                      at::Tensor& grad_outputs, at::Tensor& sum);

}  // namespace mdl::nn
