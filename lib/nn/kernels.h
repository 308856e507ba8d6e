// The CPU's own loops: what is too small for a library call, or can be fused into one pass over memory.
// T is float or double; matrices are row-major and dense.
#pragma once

#include <cstdint>

#include "base/random.h"

namespace mdl::nn::kernels {

/// Whether a product of this many multiplications is done quicker here than by a call of the BLAS.
inline bool is_small(int64_t rows, int64_t in, int64_t out) {
  return out == 1 || (rows * in * out <= 32 * 1024 && in <= 256 && out <= 256);
}

/// y [rows, out] = x [rows, in] * weight^T + bias. `scratch` has room for kScratch * in.
inline constexpr int64_t kScratch = 16;
template <class T>
void linear(const T* x, const T* weight, const T* bias, T* scratch, T* y, int64_t rows, int64_t in, int64_t out);

/// grad_weight [out, in] = grad_y^T [out, rows] * x [rows, in].
template <class T>
void linear_grad_weight(const T* grad_y, const T* x, T* grad_weight, int64_t rows, int64_t in, int64_t out);

/// grad_x [rows, in] = grad_y [rows, out] * weight [out, in].
template <class T>
void linear_grad_input(const T* grad_y, const T* weight, T* grad_x, int64_t rows, int64_t in, int64_t out);

/// to [columns] = sums over the rows of from [rows, columns].
template <class T>
void column_sums(const T* from, T* to, int64_t rows, int64_t columns);

/// to [columns] = sums over the rows of a * b, both [rows, columns].
template <class T>
void column_sums_of_products(const T* a, const T* b, T* to, int64_t rows, int64_t columns);

/// to = from * factors [columns] in each row.
template <class T>
void multiply_columns(const T* from, const T* factors, T* to, int64_t rows, int64_t columns);

/// The elements from `first` on of a mask that is 0 with probability rate (to 2^-16), else 1 / (1 - rate), by 16 bits
/// an element from the blocks of `random` at first_block on. An element is the same in whatever stretch it is asked
/// for.
template <class T>
void dropout_mask(const Random& random, uint64_t first_block, double rate, int64_t first, T* mask, int64_t count);

/// In double, in blocks of a fixed size.
template <class T>
double sum_of_squares(const T* values, int64_t count);

/// What one Adam step needs beside the arrays: the step size and the corrections for this step number.
struct AdamStep {
  double step_size;        // learning rate / (1 - beta1^t)
  double root_correction;  // sqrt(1 - beta2^t)
  double beta1, beta2, epsilon;
  double gradient_scale;  // the gradient is multiplied by this before all else
  double l2;              // added to the gradient times the parameter (Adam)
  double shrink;          // the parameter is first multiplied by this (AdamW: 1 - learning rate * decay)
};

/// Adam (Kingma and Ba 2015, algorithm 1) in the form of torch.optim.Adam; with `shrink`, AdamW (Loshchilov and Hutter
/// 2019). Returns false when an element of the gradient is not finite.
template <class T>
bool adam(T* parameter, const T* gradient, T* first, T* second, int64_t count, const AdamStep& step);

struct SgdStep {
  double learning_rate, momentum, gradient_scale, l2;
};

/// torch.optim.SGD with momentum: velocity = momentum * velocity + gradient; parameter -= learning rate * velocity.
/// Returns false when an element of the gradient is not finite.
template <class T>
bool sgd(T* parameter, const T* gradient, T* velocity, int64_t count, const SgdStep& step);

}  // namespace mdl::nn::kernels
