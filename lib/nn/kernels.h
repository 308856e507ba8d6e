// The CPU's own loops: what is too small for a library call, or can be fused into one pass over memory.
// T is float or double; matrices are row-major and dense.
#pragma once

#include <cstdint>

#include "base/random.h"
#include "config/config.h"

namespace mdl::nn::kernels {

/// Whether a product of this many multiplications is done quicker here than by a call of the BLAS.
inline bool is_small(int64_t rows, int64_t in, int64_t out) { return out == 1 || (rows * in * out <= 32 * 1024 && in <= 256 && out <= 256); }

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

/// y [rows, width] = z + alpha (f(z) - z), alpha [width]; without alpha (null) f(z). Not for GELU.
template <class T>
void activate(Activation function, const T* z, const T* alpha, T* y, int64_t rows, int64_t width);

/// grad_z = grad_y (1 + alpha (f'(z) - 1)); grad_alpha [width] = sums over the rows of grad_y (f(z) - z). Not for GELU.
template <class T>
void activate_backward(Activation function, const T* z, const T* grad_y, const T* alpha, T* grad_z, T* grad_alpha, int64_t rows, int64_t width);

/// The sizes of the periodic embeddings and their parameters, as parameters_of() lays them out; `Pointer` is T* or const T*.
template <class Pointer>
struct Periodic {
  int64_t numbers, frequencies, outputs;   // outputs: of a number, itself included
  Pointer frequency, phase, weight, bias;
};

/// For each row of x (row_stride apart) and each number in it its outputs, W cos(2 pi f x + p) + b and then x, into y (y_stride apart).
template <class T>
void periodic(const Periodic<const T*>& layer, const T* x, int64_t row_stride, T* y, int64_t y_stride, int64_t rows);

/// The gradients of the parameters, overwritten, from that of y.
template <class T>
void periodic_backward(const Periodic<const T*>& layer, const T* x, int64_t row_stride, const T* grad_y, int64_t y_stride, int64_t rows,
                       const Periodic<T*>& gradient);

/// mask = 0 with probability rate (to 2^-16), else 1 / (1 - rate), by 16 bits an element from the blocks of `random` at first_block on.
template <class T>
void dropout_mask(const Random& random, uint64_t first_block, double rate, T* mask, int64_t count);

/// In double, in blocks of a fixed size.
template <class T>
double sum_of_squares(const T* values, int64_t count);

/// What one Adam step needs beside the arrays: the step size and the corrections for this step number.
struct AdamStep {
  double step_size;        // learning rate / (1 - beta1^t)
  double root_correction;  // sqrt(1 - beta2^t)
  double beta1, beta2, epsilon;
  double gradient_scale;   // the gradient is multiplied by this before all else
  double l2;               // added to the gradient times the parameter (Adam)
  double shrink;           // the parameter is first multiplied by this (AdamW: 1 - learning rate * decay)
};

/// Adam (Kingma and Ba 2015, algorithm 1) in the form of torch.optim.Adam; with `shrink`, AdamW (Loshchilov and Hutter 2019).
/// Returns false when an element of the gradient is not finite.
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
