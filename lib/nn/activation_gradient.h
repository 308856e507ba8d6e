// The gradients of infer/activation.h.
#pragma once

#include <cstdint>

#include "config/config.h"

namespace mdl::nn::kernels {

/// grad_z = grad_y (1 + alpha (f'(z) - 1)); grad_alpha [width] = sums over the rows of grad_y (f(z) - z). Not for GELU.
template <class T>
void activate_backward(Activation function, const T* z, const T* grad_y, const T* alpha, T* grad_z, T* grad_alpha,
                       int64_t rows, int64_t width);

}  // namespace mdl::nn::kernels
