#include "nn/periodic_gradient.h"

#include <algorithm>
#include <numbers>

#include "base/clones.h"
#include "infer/math.h"

namespace mdl::nn::kernels {
namespace {

using infer::kMostFrequencies;
using infer::sin_cos_turns;
using infer::SinCos;

template <int64_t kFrequencies, class T>
[[gnu::always_inline]] inline void periodic_backward_by(const Periodic<const T*>& layer, const T* x, int64_t row_stride,
                                                        const T* grad_y, int64_t y_stride, int64_t rows,
                                                        const Periodic<T*>& gradient) {
  const int64_t frequencies = kFrequencies > 0 ? kFrequencies : layer.frequencies, learned = layer.outputs - 1;
  constexpr T kTurn = T(2 * std::numbers::pi);
  std::fill_n(gradient.weight, layer.numbers * learned * frequencies, T(0));
  std::fill_n(gradient.bias, layer.numbers * learned, T(0));
  for (int64_t i = 0; i < layer.numbers; ++i) {
    const T* frequency = layer.frequency + i * frequencies;
    const T* phase = layer.phase + i * frequencies;
    T grad_frequency[kMostFrequencies] = {}, grad_phase[kMostFrequencies] = {};
    for (int64_t r = 0; r < rows; ++r) {
      const T number = x[r * row_stride + i];
      const T* grad = grad_y + r * y_stride + i * layer.outputs;
      T sine[kMostFrequencies], cosine[kMostFrequencies], grad_cosine[kMostFrequencies] = {};
      for (int64_t f = 0; f < frequencies; ++f) {
        const SinCos<T> both = sin_cos_turns(frequency[f] * number + phase[f] * T(1 / (2 * std::numbers::pi)));
        sine[f] = both.sin;
        cosine[f] = both.cos;
      }
      for (int64_t o = 0; o < learned; ++o) {
        const T* weight = layer.weight + (i * learned + o) * frequencies;
        T* grad_weight = gradient.weight + (i * learned + o) * frequencies;
        gradient.bias[i * learned + o] += grad[o];
        for (int64_t f = 0; f < frequencies; ++f) {
          grad_cosine[f] += grad[o] * weight[f];
          grad_weight[f] += grad[o] * cosine[f];
        }
      }
      for (int64_t f = 0; f < frequencies; ++f) {
        const T grad_angle = -grad_cosine[f] * sine[f];
        grad_phase[f] += grad_angle;
        grad_frequency[f] += grad_angle * (kTurn * number);
      }
    }
    std::copy_n(grad_frequency, frequencies, gradient.frequency + i * frequencies);
    std::copy_n(grad_phase, frequencies, gradient.phase + i * frequencies);
  }
}

}  // namespace

template <class T>
MDL_CLONES void periodic_backward(const Periodic<const T*>& layer, const T* x, int64_t row_stride, const T* grad_y,
                                  int64_t y_stride, int64_t rows, const Periodic<T*>& gradient) {
  if (layer.frequencies == 16) return periodic_backward_by<16>(layer, x, row_stride, grad_y, y_stride, rows, gradient);
  periodic_backward_by<0>(layer, x, row_stride, grad_y, y_stride, rows, gradient);
}

#define MDL_INSTANTIATE(T)                                                                                  \
  template void periodic_backward(const Periodic<const T*>&, const T*, int64_t, const T*, int64_t, int64_t, \
                                  const Periodic<T*>&);
MDL_INSTANTIATE(float)
MDL_INSTANTIATE(double)

}  // namespace mdl::nn::kernels
