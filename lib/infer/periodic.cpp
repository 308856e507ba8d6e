#include "infer/periodic.h"

#include <numbers>

#include "base/clones.h"
#include "infer/math.h"

namespace mdl::infer {
namespace {

/// The products over a row's frequencies, whose number is most often 16 and then known to the compiler.
template <int64_t kFrequencies, class T>
[[gnu::always_inline]] inline void periodic_by(const Periodic<const T*>& layer, const T* x, int64_t row_stride, T* y,
                                               int64_t y_stride, int64_t rows) {
  const int64_t frequencies = kFrequencies > 0 ? kFrequencies : layer.frequencies, learned = layer.outputs - 1;
  for (int64_t i = 0; i < layer.numbers; ++i) {
    const T* frequency = layer.frequency + i * frequencies;
    const T* phase = layer.phase + i * frequencies;
    for (int64_t r = 0; r < rows; ++r) {
      const T number = x[r * row_stride + i];
      T* out = y + r * y_stride + i * layer.outputs;
      T cosine[kMostFrequencies];
      for (int64_t f = 0; f < frequencies; ++f)
        cosine[f] = sin_cos_turns(frequency[f] * number + phase[f] * T(1 / (2 * std::numbers::pi))).cos;
      for (int64_t o = 0; o < learned; ++o) {
        const T* weight = layer.weight + (i * learned + o) * frequencies;
        T sum = layer.bias[i * learned + o];
        for (int64_t f = 0; f < frequencies; ++f) sum += weight[f] * cosine[f];
        out[o] = sum;
      }
      out[learned] = number;
    }
  }
}

}  // namespace

template <class T>
MDL_CLONES void periodic(const Periodic<const T*>& layer, const T* x, int64_t row_stride, T* y, int64_t y_stride,
                         int64_t rows) {
  if (layer.frequencies == 16) return periodic_by<16>(layer, x, row_stride, y, y_stride, rows);
  periodic_by<0>(layer, x, row_stride, y, y_stride, rows);
}

template void periodic(const Periodic<const float*>&, const float*, int64_t, float*, int64_t, int64_t);
template void periodic(const Periodic<const double*>&, const double*, int64_t, double*, int64_t, int64_t);

}  // namespace mdl::infer
