// The activation functions with their slopes, one number at a time, in forms that a compiler vectorises.
#pragma once

#include <algorithm>
#include <cmath>

#include "infer/math.h"

namespace mdl::infer {

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

}  // namespace mdl::infer
