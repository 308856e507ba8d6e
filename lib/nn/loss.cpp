#include "nn/loss.h"

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace mdl::nn {
namespace {

/// The unit deviance of power p of the mean e^z, and its derivative by z.
template <class T>
T row_deviance(T z, T y, T p, T& slope) {
  const T mean = std::exp((2 - p) * z), rest = y == 0 ? T(0) : y * std::exp((1 - p) * z);
  slope = 2 * (mean - rest);
  if (p == 1) return 2 * ((y == 0 ? T(0) : y * (std::log(y) - z)) - y + mean);
  if (p == 2) return 2 * (rest - 1 - (std::log(y) - z));
  return 2 * (std::pow(y, 2 - p) / ((1 - p) * (2 - p)) - rest / (1 - p) + mean / (2 - p));
}

/// Of numbers; `grad` and `factor` as below.
template <class T>
T row_loss_of_number(const Loss& loss, const T* z, T y, int64_t width, T factor, T* grad) {
  const Objective& objective = loss.objective;
  const T difference = z[0] - y;
  T one = 0, slope = 0;
  switch (objective.loss) {
    case LossKind::kAuto:
      slope = 2 * difference;
      one = difference * difference;
      break;
    case LossKind::kMae:
      slope = static_cast<T>((difference > 0) - (difference < 0));
      one = std::abs(difference);
      break;
    case LossKind::kHuber: {
      const T delta = static_cast<T>(objective.huber_delta), size = std::abs(difference);
      slope = std::clamp(difference, -delta, delta);
      one = size <= delta ? difference * difference / 2 : delta * (size - delta / 2);
      break;
    }
    case LossKind::kQuantile:
      for (int64_t k = 0; k < width; ++k) {
        const T q = static_cast<T>(objective.quantiles[static_cast<size_t>(k)]);
        const T residual = y - static_cast<T>(loss.offsets[static_cast<size_t>(k)]) - z[k];
        const T side = residual > 0 ? q : residual < 0 ? q - 1 : T(0);
        if (grad != nullptr) grad[k] = -side / static_cast<T>(width) * factor;
        one += side * residual / static_cast<T>(width);
      }
      return one;
    case LossKind::kPoisson:
    case LossKind::kGamma:
    case LossKind::kTweedie: one = row_deviance(z[0], y, static_cast<T>(objective.power()), slope); break;
  }
  if (grad != nullptr) grad[0] = slope * factor;
  return one;
}

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
    case Task::kRegression: return row_loss_of_number(loss, z, y, width, factor, grad);
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

/// Of numbers: each row's loss, and its gradient by the outputs.
std::pair<at::Tensor, at::Tensor> losses_of_numbers(const Loss& loss, const at::Tensor& outputs, const at::Tensor& y) {
  const Objective& objective = loss.objective;
  const at::Tensor z = outputs.select(-1, 0), difference = z - y;
  switch (objective.loss) {
    case LossKind::kAuto: return {difference.square(), (2 * difference).unsqueeze(-1)};
    case LossKind::kMae: return {difference.abs(), difference.sign().unsqueeze(-1)};
    case LossKind::kHuber: {
      const double delta = objective.huber_delta;
      const at::Tensor size = difference.abs(), slope = difference.clamp(-delta, delta);
      return {at::where(size <= delta, difference.square() / 2, delta * (size - delta / 2)), slope.unsqueeze(-1)};
    }
    case LossKind::kQuantile: {
      // One after the other: a tensor of the quantiles would have to come from the host in each step.
      std::vector<at::Tensor> losses, slopes;
      const auto width = static_cast<double>(outputs.size(-1));
      for (size_t k = 0; k < objective.quantiles.size(); ++k) {
        const double q = objective.quantiles[k];
        const at::Tensor residual = y - loss.offsets[k] - outputs.select(-1, static_cast<int64_t>(k));
        const at::Tensor side = (residual > 0).to(y.scalar_type()) * q + (residual < 0).to(y.scalar_type()) * (q - 1);
        losses.push_back(side * residual / width);
        slopes.push_back(side / -width);
      }
      return {at::stack(losses, -1).sum(-1), at::stack(slopes, -1)};
    }
    case LossKind::kPoisson:
    case LossKind::kGamma:
    case LossKind::kTweedie: break;
  }
  const double p = objective.power();
  const at::Tensor mean = ((2 - p) * z).exp(), rest = y * ((1 - p) * z).exp();
  const at::Tensor slope = (2 * (mean - rest)).unsqueeze(-1);
  if (p == 1) return {2 * (at::xlogy(y, y) - y * z - y + mean), slope};
  if (p == 2) return {2 * (rest - 1 - y.log() + z), slope};
  return {2 * (y.pow(2 - p) / ((1 - p) * (2 - p)) - rest / (1 - p) + mean / (2 - p)), slope};
}

}  // namespace

void add_loss(const Loss& loss, const at::Tensor& outputs, const at::Tensor& targets, const at::Tensor& weights,
              at::Tensor& grad_outputs, at::Tensor& sum) {
  const bool wide = outputs.scalar_type() == at::kDouble;
  *sum.data_ptr<double>() += wide ? sum_of_losses<double>(loss, outputs, targets, weights, grad_outputs)
                                  : sum_of_losses<float>(loss, outputs, targets, weights, grad_outputs);
}

void add_losses_by_aten(const Loss& loss, const at::Tensor& outputs, const at::Tensor& targets,
                        const at::Tensor& weights, const at::Tensor& rows, at::Tensor& grad_outputs, at::Tensor& sum) {
  const double smoothing = loss.label_smoothing;
  at::Tensor losses, gradient;
  switch (loss.task) {
    case Task::kBinary: {
      const at::Tensor z = outputs.squeeze(-1), y = targets * (1 - smoothing) + smoothing / 2;
      losses = z.clamp_min(0) - y * z + z.abs().neg().exp().log1p();
      gradient = (z.sigmoid() - y).unsqueeze(-1);
      break;
    }
    case Task::kMulticlass: {
      const at::Tensor classes = at::arange(outputs.size(-1), outputs.options());
      const at::Tensor one_hot = targets.unsqueeze(-1).eq(classes).to(outputs.scalar_type());
      const at::Tensor y = one_hot * (1 - smoothing) + smoothing / static_cast<double>(outputs.size(-1));
      const at::Tensor log_probabilities = outputs.log_softmax(-1);
      losses = (y * log_probabilities).sum(-1).neg();
      gradient = log_probabilities.exp() - y;
      break;
    }
    case Task::kRegression: std::tie(losses, gradient) = losses_of_numbers(loss, outputs, targets); break;
  }
  if (weights.defined()) {
    losses = losses * weights;
    gradient = gradient * weights.unsqueeze(-1);
  }
  sum += losses.sum(-1, /*keepdim=*/false, at::kDouble);
  if (grad_outputs.defined()) grad_outputs.copy_(gradient / rows);
}

void add_loss_by_aten(const Loss& loss, const at::Tensor& outputs, const at::Tensor& targets, const at::Tensor& weights,
                      at::Tensor& grad_outputs, at::Tensor& sum) {
  const at::Tensor rows = at::scalar_tensor(static_cast<double>(outputs.size(0)), at::kDouble);
  add_losses_by_aten(loss, outputs, targets, weights, rows, grad_outputs, sum);
}

}  // namespace mdl::nn
