#include "nn/activation_gradient.h"

#include <algorithm>

#include "base/clones.h"
#include "infer/activation_functions.h"

namespace mdl::nn::kernels {
namespace {

template <class F, class T>
[[gnu::always_inline]] inline void activate_backward_by(const T* z, const T* grad_y, const T* alpha, T* grad_z,
                                                        T* __restrict grad_alpha, int64_t rows, int64_t width) {
  if (alpha != nullptr) std::fill_n(grad_alpha, width, T(0));
  for (int64_t r = 0; r < rows; ++r, z += width, grad_y += width, grad_z += width) {
    for (int64_t j = 0; j < width; ++j) {
      T value, slope;
      F::at(z[j], value, slope);
      const T grad = grad_y[j];
      grad_z[j] = alpha == nullptr ? grad * slope : grad * (1 + alpha[j] * (slope - 1));
      if (alpha != nullptr) grad_alpha[j] += grad * (value - z[j]);
    }
  }
}

}  // namespace

template <class T>
MDL_CLONES void activate_backward(Activation function, const T* z, const T* grad_y, const T* alpha, T* grad_z,
                                  T* grad_alpha, int64_t rows, int64_t width) {
  switch (function) {
    case Activation::kRelu: return activate_backward_by<infer::Relu>(z, grad_y, alpha, grad_z, grad_alpha, rows, width);
    case Activation::kSilu: return activate_backward_by<infer::Silu>(z, grad_y, alpha, grad_z, grad_alpha, rows, width);
    case Activation::kTanh: return activate_backward_by<infer::Tanh>(z, grad_y, alpha, grad_z, grad_alpha, rows, width);
    case Activation::kSelu: return activate_backward_by<infer::Selu>(z, grad_y, alpha, grad_z, grad_alpha, rows, width);
    case Activation::kMish: return activate_backward_by<infer::Mish>(z, grad_y, alpha, grad_z, grad_alpha, rows, width);
    case Activation::kGelu: break;
  }
}

#define MDL_INSTANTIATE(T) \
  template void activate_backward(Activation, const T*, const T*, const T*, T*, T*, int64_t, int64_t);
MDL_INSTANTIATE(float)
MDL_INSTANTIATE(double)

}  // namespace mdl::nn::kernels
