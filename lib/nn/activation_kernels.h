// The activations' loops on the CPU. T is float or double; matrices are row-major and dense.
#pragma once

#include <cstdint>

#include "config/config.h"

namespace mdl::nn::kernels {

/// y [rows, width] = z + alpha (f(z) - z), alpha [width]; without alpha (null) f(z).
template <class T>
void activate(Activation function, const T* z, const T* alpha, T* y, int64_t rows, int64_t width);

/// grad_z = grad_y (1 + alpha (f'(z) - 1)); grad_alpha [width] = sums over the rows of grad_y (f(z) - z). Not for GELU.
template <class T>
void activate_backward(Activation function, const T* z, const T* grad_y, const T* alpha, T* grad_z, T* grad_alpha,
                       int64_t rows, int64_t width);

}  // namespace mdl::nn::kernels
