// Losses on the network's raw outputs (logits), with their gradients.
#pragma once

#include <ATen/ATen.h>

#include <vector>

#include "config/config.h"

namespace mdl::nn {

/// The loss of a row:
///   binary      log(1 + e^z) - y z             binary cross-entropy on the logit z [rows, 1], y 0 or 1
///   multiclass  log(sum_k e^z_k) - z_y         categorical cross-entropy on the logits [rows, classes], y a class index
///   regression  (z - y)^2                      squared error, z [rows, 1], or where the objective says so
///     mae       |z - y|
///     huber     r^2 / 2 up to |r| = |z - y| = d, beyond it d (|r| - d / 2)
///     quantile  the mean over k of max(q_k r_k, (q_k - 1) r_k), r_k = y - o_k - z_k, on z [rows, quantiles]
///     with a log link, mu = e^z: the unit deviance of power p, which is of
///       poisson  2 (y log(y / mu) - y + mu)
///       gamma    2 (y / mu - 1 - log(y / mu))
///       tweedie  2 (y^(2-p) / ((1-p) (2-p)) - y mu^(1-p) / (1-p) + mu^(2-p) / (2-p))
///     its derivative by z is 2 (mu^(2-p) - y mu^(1-p)) for all three
/// Label smoothing e mixes the truth with the uniform distribution (Szegedy et al. 2016): y becomes (1 - e) y + e / 2,
/// or the one-hot truth (1 - e) y_k + e / K.
struct Loss {
  Task task = Task::kBinary;
  double label_smoothing = 0;
  Objective objective = {};          // regression
  std::vector<double> offsets = {};  // quantile: the o_k
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

/// The same without a word to the host. Of several networks as one all tensors have
/// one more dimension before, `sum` [members], and `rows` [members, 1, 1] are those that each has, where some of the
/// batch's rows weigh 0 because it has fewer.
void add_losses_by_aten(const Loss& loss, const at::Tensor& outputs, const at::Tensor& targets,
                        const at::Tensor& weights, const at::Tensor& rows, at::Tensor& grad_outputs, at::Tensor& sum);

}  // namespace mdl::nn
