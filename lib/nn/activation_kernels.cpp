#include "nn/activation_kernels.h"

#include <algorithm>
#include <cmath>

#include "base/clones.h"
#include "nn/math.h"

namespace mdl::nn::kernels {
namespace {

struct Relu {
  template <class T>
  [[gnu::always_inline]] static void at(T z, T& value, T& slope) {
    value = z < T(0) ? T(0) : z;  // NaN stays NaN
    slope = z > T(0) ? T(1) : T(0);
  }
};

struct Silu {
  template <class T>
  [[gnu::always_inline]] static void at(T z, T& value, T& slope) {
    const T sigmoid = 1 / (1 + fast_exp(-z));
    value = z * sigmoid;
    slope = sigmoid * (1 + z * (1 - sigmoid));
  }
};

struct Tanh {
  template <class T>
  [[gnu::always_inline]] static void at(T z, T& value, T& slope) {
    const T e = fast_exp(-2 * std::abs(z));
    value = std::copysign((1 - e) / (1 + e), z);
    slope = 1 - value * value;
  }
};

/// Klambauer, Unterthiner, Mayr and Hochreiter 2017.
struct Selu {
  template <class T>
  [[gnu::always_inline]] static void at(T z, T& value, T& slope) {
    constexpr T kScale = T(1.0507009873554804934193349852946), kAlpha = T(1.6732632423543772848170429916717);
    const T e = kScale * kAlpha * fast_exp(std::min(z, T(0)));
    value = z > T(0) ? kScale * z : e - kScale * kAlpha;
    slope = z > T(0) ? kScale : e;
  }
};

/// z tanh(log(1 + e^z)) (Misra 2019), with tanh(log(1 + e)) = e (e + 2) / (e (e + 2) + 2).
struct Mish {
  template <class T>
  [[gnu::always_inline]] static void at(T z, T& value, T& slope) {
    const T e = fast_exp(std::min(z, T(20)));
    const T n = e * (e + 2);
    const T t = n / (n + 2);
    value = z * t;
    slope = t + z * (1 - t * t) * (e / (1 + e));
  }
};

/// z Phi(z), with erf by Abramowitz and Stegun's 7.1.26 (error at most 1.5e-7). The forward pass alone: the slope is
/// not made.
struct Gelu {
  template <class T>
  [[gnu::always_inline]] static void at(T z, T& value, T&) {
    const T x = std::abs(z) * T(0.70710678118654752440);
    const T t = 1 / (1 + T(0.3275911) * x);
    const T series =
        ((((T(1.061405429) * t - T(1.453152027)) * t + T(1.421413741)) * t - T(0.284496736)) * t + T(0.254829592)) * t;
    const T tail = T(0.5) * series * fast_exp(-x * x);  // Phi(-|z|)
    value = z * (z > T(0) ? 1 - tail : tail);
  }
};

template <class F, class T>
[[gnu::always_inline]] inline void activate_by(const T* z, const T* alpha, T* y, int64_t rows, int64_t width) {
  for (int64_t r = 0; r < rows; ++r, z += width, y += width) {
    for (int64_t j = 0; j < width; ++j) {
      T value, slope;
      F::at(z[j], value, slope);
      y[j] = alpha == nullptr ? value : z[j] + alpha[j] * (value - z[j]);
    }
  }
}

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
MDL_CLONES void activate(Activation function, const T* z, const T* alpha, T* y, int64_t rows, int64_t width) {
  switch (function) {
    case Activation::kRelu: return activate_by<Relu>(z, alpha, y, rows, width);
    case Activation::kSilu: return activate_by<Silu>(z, alpha, y, rows, width);
    case Activation::kTanh: return activate_by<Tanh>(z, alpha, y, rows, width);
    case Activation::kSelu: return activate_by<Selu>(z, alpha, y, rows, width);
    case Activation::kMish: return activate_by<Mish>(z, alpha, y, rows, width);
    case Activation::kGelu: return activate_by<Gelu>(z, alpha, y, rows, width);
  }
}

template <class T>
MDL_CLONES void activate_backward(Activation function, const T* z, const T* grad_y, const T* alpha, T* grad_z,
                                  T* grad_alpha, int64_t rows, int64_t width) {
  switch (function) {
    case Activation::kRelu: return activate_backward_by<Relu>(z, grad_y, alpha, grad_z, grad_alpha, rows, width);
    case Activation::kSilu: return activate_backward_by<Silu>(z, grad_y, alpha, grad_z, grad_alpha, rows, width);
    case Activation::kTanh: return activate_backward_by<Tanh>(z, grad_y, alpha, grad_z, grad_alpha, rows, width);
    case Activation::kSelu: return activate_backward_by<Selu>(z, grad_y, alpha, grad_z, grad_alpha, rows, width);
    case Activation::kMish: return activate_backward_by<Mish>(z, grad_y, alpha, grad_z, grad_alpha, rows, width);
    case Activation::kGelu: break;
  }
}

#define MDL_INSTANTIATE(T)                                                      \
  template void activate(Activation, const T*, const T*, T*, int64_t, int64_t); \
  template void activate_backward(Activation, const T*, const T*, const T*, T*, T*, int64_t, int64_t);
MDL_INSTANTIATE(float)
MDL_INSTANTIATE(double)

}  // namespace mdl::nn::kernels
