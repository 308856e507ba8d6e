// The activations' loops on the CPU. T is float or double; matrices are row-major and dense.
#pragma once

#include <cstdint>

#include "config/config.h"

namespace mdl::infer {

/// y [rows, width] = z + alpha (f(z) - z), alpha [width]; without alpha (null) f(z).
template <class T>
void activate(Activation function, const T* z, const T* alpha, T* y, int64_t rows, int64_t width);

}  // namespace mdl::infer
