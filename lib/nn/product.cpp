#include "nn/product.h"

#include <algorithm>
#include <cstring>

#include "nn/clones.h"

// Packs are passed among inlined functions only, so their calling convention does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace mdl::nn {
namespace {

constexpr int64_t kStrip = 16;

using Pack [[gnu::vector_size(64)]] = float;

[[gnu::always_inline]] inline Pack load(const float* from) {
  Pack pack;
  std::memcpy(&pack, from, sizeof pack);
  return pack;
}

/// kRows rows times kStrips strips, whose sums stay in registers while the inputs go by; `wide` outputs of the last strip are there.
template <int64_t kRows, int64_t kStrips>
[[gnu::always_inline]] inline void tile(const float* x, const float* strip, float* y, int64_t in, int64_t out, int64_t wide) {
  const int64_t stride = (1 + in) * kStrip;
  Pack sums[kRows][kStrips];
  for (int64_t r = 0; r < kRows; ++r) {
    for (int64_t s = 0; s < kStrips; ++s) sums[r][s] = load(strip + s * stride);
  }
  for (int64_t i = 0; i < in; ++i) {
    Pack weights[kStrips];
    for (int64_t s = 0; s < kStrips; ++s) weights[s] = load(strip + s * stride + (1 + i) * kStrip);
    for (int64_t r = 0; r < kRows; ++r) {
      for (int64_t s = 0; s < kStrips; ++s) sums[r][s] += x[r * in + i] * weights[s];
    }
  }
  for (int64_t r = 0; r < kRows; ++r) {
    for (int64_t s = 0; s < kStrips; ++s) {
      const int64_t count = s + 1 < kStrips ? kStrip : wide;
      float* to = y + r * out + s * kStrip;
      if (count == kStrip) {
        std::memcpy(to, &sums[r][s], sizeof(Pack));
      } else {
        for (int64_t o = 0; o < count; ++o) to[o] = sums[r][s][o];
      }
    }
  }
}

template <int64_t kStrips>
[[gnu::always_inline]] inline void rows_by_tiles(const float* x, const float* strip, float* y, int64_t rows, int64_t in, int64_t out, int64_t wide) {
  constexpr int64_t kRows = 8;
  int64_t r = 0;
  for (; r + kRows <= rows; r += kRows) tile<kRows, kStrips>(x + r * in, strip, y + r * out, in, out, wide);
  for (; r < rows; ++r) tile<1, kStrips>(x + r * in, strip, y + r * out, in, out, wide);
}

MDL_CLONES void multiply(const float* x, const float* strips, float* y, int64_t rows, int64_t in, int64_t out) {
  const int64_t stride = (1 + in) * kStrip;
  for (int64_t o = 0; o < out;) {
    const int64_t left = out - o;
    const float* strip = strips + o / kStrip * stride;
    if (left > kStrip) {
      rows_by_tiles<2>(x, strip, y + o, rows, in, out, std::min(left - kStrip, kStrip));
      o += 2 * kStrip;
    } else {
      rows_by_tiles<1>(x, strip, y + o, rows, in, out, left);
      o += kStrip;
    }
  }
}

}  // namespace

Product::Product(const std::vector<float>& weight, const std::vector<float>& bias)
    : inputs_(static_cast<int64_t>(weight.size() / bias.size())), outputs_(static_cast<int64_t>(bias.size())) {
  const int64_t strips = (outputs_ + kStrip - 1) / kStrip;
  strips_.assign(static_cast<size_t>(strips * (1 + inputs_) * kStrip), 0.0f);
  for (int64_t o = 0; o < outputs_; ++o) {
    float* to = strips_.data() + o / kStrip * (1 + inputs_) * kStrip + o % kStrip;
    *to = bias[static_cast<size_t>(o)];
    for (int64_t i = 0; i < inputs_; ++i) to[(1 + i) * kStrip] = weight[static_cast<size_t>(o * inputs_ + i)];
  }
}

void Product::operator()(const float* x, float* y, int64_t rows) const { multiply(x, strips_.data(), y, rows, inputs_, outputs_); }

}  // namespace mdl::nn
