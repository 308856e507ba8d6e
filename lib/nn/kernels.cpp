#include "nn/kernels.h"

#include <algorithm>
#include <cmath>

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
MDL_CLONES void adam(T* __restrict parameter, const T* __restrict gradient, T* __restrict first, T* __restrict second, int64_t count, const AdamStep& step) {
  const T size = T(step.step_size), root = T(1 / step.root_correction), epsilon = T(step.epsilon);
  const T beta1 = T(step.beta1), beta2 = T(step.beta2), rest1 = T(1 - step.beta1), rest2 = T(1 - step.beta2);
  const T l2 = T(step.l2), shrink = T(step.shrink);
  for (int64_t i = 0; i < count; ++i) {
    const T g = gradient[i] + l2 * parameter[i];
    first[i] = beta1 * first[i] + rest1 * g;
    second[i] = beta2 * second[i] + rest2 * g * g;
    parameter[i] = shrink * parameter[i] - size * first[i] / (std::sqrt(second[i]) * root + epsilon);
  }
}

template <class T>
MDL_CLONES void sgd(T* __restrict parameter, const T* __restrict gradient, T* __restrict velocity, int64_t count, double rate, double momentum, double l2) {
  const T r = T(rate), m = T(momentum), decay = T(l2);
  for (int64_t i = 0; i < count; ++i) {
    velocity[i] = m * velocity[i] + gradient[i] + decay * parameter[i];
    parameter[i] -= r * velocity[i];
  }
}

#define MDL_INSTANTIATE(T)                                                                                  \
  template void linear(const T*, const T*, const T*, T*, T*, int64_t, int64_t, int64_t);                    \
  template void linear_grad_weight(const T*, const T*, T*, int64_t, int64_t, int64_t);                      \
  template void linear_grad_input(const T*, const T*, T*, int64_t, int64_t, int64_t);                       \
  template void column_sums(const T*, T*, int64_t, int64_t);                                                \
  template void relu(const T*, T*, int64_t);                                                                \
  template void relu_backward(const T*, const T*, T*, int64_t);                                             \
  template void adam(T*, const T*, T*, T*, int64_t, const AdamStep&);                                       \
  template void sgd(T*, const T*, T*, int64_t, double, double, double);
MDL_INSTANTIATE(float)
MDL_INSTANTIATE(double)

}  // namespace mdl::nn::kernels
