// The gradients of infer/periodic.h.
#pragma once

#include <cstdint>

#include "infer/periodic.h"

namespace mdl::nn::kernels {

using infer::Periodic;

/// The gradients of the parameters, overwritten, from that of y.
template <class T>
void periodic_backward(const Periodic<const T*>& layer, const T* x, int64_t row_stride, const T* grad_y,
                       int64_t y_stride, int64_t rows, const Periodic<T*>& gradient);

}  // namespace mdl::nn::kernels
