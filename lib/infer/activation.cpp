#include "infer/activation.h"

#include "base/clones.h"
#include "infer/activation_functions.h"

namespace mdl::infer {
namespace {

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

#define MDL_INSTANTIATE(T) template void activate(Activation, const T*, const T*, T*, int64_t, int64_t);
MDL_INSTANTIATE(float)
MDL_INSTANTIATE(double)

}  // namespace mdl::infer
