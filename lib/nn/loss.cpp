#include "nn/loss.h"

#include <algorithm>
#include <cmath>

namespace mdl::nn {
namespace {

/// Loss and gradient of one row; `grad` may be null, `factor` multiplies it.
template <class T>
T row_loss(const Loss& loss, const T* z, T y, int64_t width, T factor, T* grad) {
  const T smoothing = static_cast<T>(loss.label_smoothing);
  switch (loss.task) {
    case Task::kBinary: {
      const T e = std::exp(-std::abs(z[0]));
      y += smoothing * (T(0.5) - y);
      if (grad != nullptr) grad[0] = ((z[0] >= 0 ? 1 / (1 + e) : e / (1 + e)) - y) * factor;
      return std::max(z[0], T(0)) - y * z[0] + std::log1p(e);
    }
    case Task::kMulticlass: {
      const T highest = *std::max_element(z, z + width);
      T sum = 0, total = 0;
      for (int64_t k = 0; k < width; ++k) {
        sum += std::exp(z[k] - highest);
        total += z[k];
      }
      const auto label = static_cast<int64_t>(y);
      const T rest = smoothing / static_cast<T>(width);
      if (grad != nullptr) {
        for (int64_t k = 0; k < width; ++k)
          grad[k] = (std::exp(z[k] - highest) / sum - rest - (k == label ? 1 - smoothing : 0)) * factor;
      }
      return std::log(sum) + highest - (1 - smoothing) * z[label] - rest * total;
    }
    case Task::kRegression: {
      const T difference = z[0] - y;
      if (grad != nullptr) grad[0] = 2 * difference * factor;
      return difference * difference;
    }
  }
  return 0;
}

template <class T>
double sum_of_losses(const Loss& loss, const at::Tensor& outputs, const at::Tensor& targets, const at::Tensor& weights,
                     at::Tensor& grad_outputs) {
  const int64_t rows = outputs.size(0), width = outputs.size(1);
  const T* z = outputs.const_data_ptr<T>();
  const T* y = targets.const_data_ptr<T>();
  const T* weight = weights.defined() ? weights.const_data_ptr<T>() : nullptr;
  T* grad = grad_outputs.defined() ? grad_outputs.data_ptr<T>() : nullptr;
  double sum = 0;
  for (int64_t r = 0; r < rows; ++r) {
    const T w = weight == nullptr ? T(1) : weight[r];
    const T one = row_loss<T>(loss, z + r * width, y[r], width, w / static_cast<T>(rows),
                              grad == nullptr ? nullptr : grad + r * width);
    sum += static_cast<double>(w * one);
  }
  return sum;
}

}  // namespace

void add_loss(const Loss& loss, const at::Tensor& outputs, const at::Tensor& targets, const at::Tensor& weights,
              at::Tensor& grad_outputs, at::Tensor& sum) {
  const bool wide = outputs.scalar_type() == at::kDouble;
  *sum.data_ptr<double>() += wide ? sum_of_losses<double>(loss, outputs, targets, weights, grad_outputs)
                                  : sum_of_losses<float>(loss, outputs, targets, weights, grad_outputs);
}

void add_loss_by_aten(const Loss& loss, const at::Tensor& outputs, const at::Tensor& targets, const at::Tensor& weights,
                      at::Tensor& grad_outputs, at::Tensor& sum) {
  const double smoothing = loss.label_smoothing;
  at::Tensor losses, gradient;
  switch (loss.task) {
    case Task::kBinary: {
      const at::Tensor z = outputs.squeeze(1), y = targets * (1 - smoothing) + smoothing / 2;
      losses = z.clamp_min(0) - y * z + z.abs().neg().exp().log1p();
      gradient = (z.sigmoid() - y).unsqueeze(1);
      break;
    }
    case Task::kMulticlass: {
      const at::Tensor one_hot = at::one_hot(targets.to(at::kLong), outputs.size(1)).to(outputs.scalar_type());
      const at::Tensor y = one_hot * (1 - smoothing) + smoothing / static_cast<double>(outputs.size(1));
      const at::Tensor log_probabilities = outputs.log_softmax(1);
      losses = (y * log_probabilities).sum(1).neg();
      gradient = log_probabilities.exp() - y;
      break;
    }
    case Task::kRegression: {
      const at::Tensor difference = outputs.squeeze(1) - targets;
      losses = difference.square();
      gradient = (2 * difference).unsqueeze(1);
      break;
    }
  }
  if (weights.defined()) {
    losses = losses * weights;
    gradient = gradient * weights.unsqueeze(1);
  }
  sum += losses.sum(at::kDouble);
  if (grad_outputs.defined()) grad_outputs.copy_(gradient / static_cast<double>(outputs.size(0)));
}

}  // namespace mdl::nn
