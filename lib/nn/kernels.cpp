#include "nn/kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>

// Each loop is compiled for several instruction sets; the best one for the processor is taken when the program is loaded.
#if defined(__x86_64__) && defined(__gnu_linux__)
#define MDL_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define MDL_CLONES
#endif

namespace mdl::nn::kernels {
namespace {

template <class T>
[[gnu::always_inline]] inline void add_scaled(T* __restrict to, const T* __restrict from, T factor, int64_t count) {
  for (int64_t i = 0; i < count; ++i) to[i] += factor * from[i];
}

/// The bits of |value|, which order as the numbers do; what is not finite comes last.
template <class T>
using Bits = std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>;

template <class T>
[[gnu::always_inline]] inline Bits<T> magnitude_bits(T value) {
  return std::bit_cast<Bits<T>>(value) & (~Bits<T>{0} >> 1);
}

}  // namespace

template <class T>
MDL_CLONES void linear(const T* x, const T* weight, const T* bias, T* weight_t, T* y, int64_t rows, int64_t in, int64_t out) {
  for (int64_t o = 0; o < out; ++o) {
    for (int64_t i = 0; i < in; ++i) weight_t[i * out + o] = weight[o * in + i];
  }
  for (int64_t r = 0; r < rows; ++r) {
    T* row = y + r * out;
    std::copy_n(bias, out, row);
    for (int64_t i = 0; i < in; ++i) add_scaled(row, weight_t + i * out, x[r * in + i], out);
  }
}

template <class T>
MDL_CLONES void linear_grad_weight(const T* grad_y, const T* x, T* grad_weight, int64_t rows, int64_t in, int64_t out) {
  std::fill_n(grad_weight, out * in, T(0));
  for (int64_t r = 0; r < rows; ++r) {
    for (int64_t o = 0; o < out; ++o) add_scaled(grad_weight + o * in, x + r * in, grad_y[r * out + o], in);
  }
}

template <class T>
MDL_CLONES void linear_grad_input(const T* grad_y, const T* weight, T* grad_x, int64_t rows, int64_t in, int64_t out) {
  for (int64_t r = 0; r < rows; ++r) {
    T* row = grad_x + r * in;
    std::fill_n(row, in, T(0));
    for (int64_t o = 0; o < out; ++o) add_scaled(row, weight + o * in, grad_y[r * out + o], in);
  }
}

template <class T>
MDL_CLONES void column_sums(const T* from, T* to, int64_t rows, int64_t columns) {
  std::fill_n(to, columns, T(0));
  for (int64_t r = 0; r < rows; ++r) add_scaled(to, from + r * columns, T(1), columns);
}

template <class T>
MDL_CLONES void relu(const T* x, T* y, int64_t count) {
  for (int64_t i = 0; i < count; ++i) y[i] = x[i] < T(0) ? T(0) : x[i];  // NaN stays NaN
}

template <class T>
MDL_CLONES void relu_backward(const T* grad_y, const T* y, T* grad_x, int64_t count) {
  for (int64_t i = 0; i < count; ++i) grad_x[i] = y[i] > T(0) ? grad_y[i] : T(0);
}

template <class T>
MDL_CLONES void dropout_mask(const Random& random, uint64_t first_block, double rate, T* mask, int64_t count) {
  const auto dropped_below = static_cast<uint32_t>(std::lround(rate * 65536));
  const T kept = T(1 / (1 - dropped_below / 65536.0));
  for (int64_t i = 0; i < count; i += 8) {
    const auto words = random.words(first_block + static_cast<uint64_t>(i / 8));
    for (int64_t k = 0; k < std::min<int64_t>(8, count - i); ++k) {
      mask[i + k] = (words[static_cast<size_t>(k / 2)] >> (k % 2 * 16) & 0xFFFF) < dropped_below ? T(0) : kept;
    }
  }
}

template <class T>
MDL_CLONES double sum_of_squares(const T* values, int64_t count) {
  constexpr int64_t kLanes = 16;
  double lanes[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    for (int64_t k = 0; k < kLanes; ++k) lanes[k] += static_cast<double>(values[i + k]) * static_cast<double>(values[i + k]);
  }
  for (; i < count; ++i) lanes[0] += static_cast<double>(values[i]) * static_cast<double>(values[i]);
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  return sum;
}

template <class T>
MDL_CLONES bool adam(T* __restrict parameter, const T* __restrict gradient, T* __restrict first, T* __restrict second, int64_t count, const AdamStep& step) {
  const T size = T(step.step_size), root = T(1 / step.root_correction), epsilon = T(step.epsilon), scale = T(step.gradient_scale);
  const T beta1 = T(step.beta1), beta2 = T(step.beta2), rest1 = T(1 - step.beta1), rest2 = T(1 - step.beta2);
  const T l2 = T(step.l2), shrink = T(step.shrink);
  Bits<T> largest = 0;
  for (int64_t i = 0; i < count; ++i) {
    largest = std::max(largest, magnitude_bits(gradient[i]));
    const T g = scale * gradient[i] + l2 * parameter[i];
    first[i] = beta1 * first[i] + rest1 * g;
    second[i] = beta2 * second[i] + rest2 * g * g;
    parameter[i] = shrink * parameter[i] - size * first[i] / (std::sqrt(second[i]) * root + epsilon);
  }
  return largest < magnitude_bits(std::numeric_limits<T>::infinity());
}

template <class T>
MDL_CLONES bool sgd(T* __restrict parameter, const T* __restrict gradient, T* __restrict velocity, int64_t count, const SgdStep& step) {
  const T rate = T(step.learning_rate), momentum = T(step.momentum), scale = T(step.gradient_scale), l2 = T(step.l2);
  Bits<T> largest = 0;
  for (int64_t i = 0; i < count; ++i) {
    largest = std::max(largest, magnitude_bits(gradient[i]));
    velocity[i] = momentum * velocity[i] + (scale * gradient[i] + l2 * parameter[i]);
    parameter[i] -= rate * velocity[i];
  }
  return largest < magnitude_bits(std::numeric_limits<T>::infinity());
}

#define MDL_INSTANTIATE(T)                                                                                  \
  template void linear(const T*, const T*, const T*, T*, T*, int64_t, int64_t, int64_t);                    \
  template void linear_grad_weight(const T*, const T*, T*, int64_t, int64_t, int64_t);                      \
  template void linear_grad_input(const T*, const T*, T*, int64_t, int64_t, int64_t);                       \
  template void column_sums(const T*, T*, int64_t, int64_t);                                                \
  template void relu(const T*, T*, int64_t);                                                                \
  template void relu_backward(const T*, const T*, T*, int64_t);                                             \
  template void dropout_mask(const Random&, uint64_t, double, T*, int64_t);                                 \
  template double sum_of_squares(const T*, int64_t);                                                        \
  template bool adam(T*, const T*, T*, T*, int64_t, const AdamStep&);                                       \
  template bool sgd(T*, const T*, T*, int64_t, const SgdStep&);
MDL_INSTANTIATE(float)
MDL_INSTANTIATE(double)

}  // namespace mdl::nn::kernels
