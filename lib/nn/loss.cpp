#include "nn/loss.h"

#include <algorithm>
#include <cmath>

namespace mdl::nn {
namespace {

template <class T>
double row_loss(Task task, const T* z, T y, int64_t width, T share, T* grad) {
  switch (task) {
    case Task::kBinary: {
      const T e = std::exp(-std::abs(z[0]));
      if (grad != nullptr) grad[0] = ((z[0] >= 0 ? 1 / (1 + e) : e / (1 + e)) - y) * share;
      return std::max(z[0], T(0)) - y * z[0] + std::log1p(e);
    }
    case Task::kMulticlass: {
      const T highest = *std::max_element(z, z + width);
      T sum = 0;
      for (int64_t k = 0; k < width; ++k) sum += std::exp(z[k] - highest);
      const auto truth = static_cast<int64_t>(y);
      if (grad != nullptr) {
        for (int64_t k = 0; k < width; ++k) grad[k] = (std::exp(z[k] - highest) / sum - (k == truth ? 1 : 0)) * share;
      }
      return std::log(sum) + highest - z[truth];
    }
    case Task::kRegression: {
      const T difference = z[0] - y;
      if (grad != nullptr) grad[0] = 2 * difference * share;
      return difference * difference;
    }
  }
  return 0;
}

template <class T>
double mean_loss(Task task, const at::Tensor& outputs, const at::Tensor& targets, at::Tensor& grad_outputs) {
  const int64_t rows = outputs.size(0), width = outputs.size(1);
  const T* z = outputs.const_data_ptr<T>();
  const T* y = targets.const_data_ptr<T>();
  T* grad = grad_outputs.defined() ? grad_outputs.data_ptr<T>() : nullptr;
  double sum = 0;
  for (int64_t r = 0; r < rows; ++r) {
    sum += row_loss<T>(task, z + r * width, y[r], width, T(1) / static_cast<T>(rows), grad == nullptr ? nullptr : grad + r * width);
  }
  return sum / static_cast<double>(rows);
}

}  // namespace

double loss(Task task, const at::Tensor& outputs, const at::Tensor& targets, at::Tensor& grad_outputs) {
  return outputs.scalar_type() == at::kDouble ? mean_loss<double>(task, outputs, targets, grad_outputs) : mean_loss<float>(task, outputs, targets, grad_outputs);
}

}  // namespace mdl::nn
