#include "infer/packed_linear.h"

#include <algorithm>
#include <cstring>

// Packs are passed among inlined functions only, so their calling convention does not matter.
#pragma GCC diagnostic ignored "-Wpsabi"

namespace mdl::infer {
namespace {

constexpr int64_t kStrip = 16;

/// A register of so many bytes.
template <int64_t kBytes>
struct Registers {
  using Pack [[gnu::vector_size(kBytes)]] = float;
  static constexpr int64_t kLanes = kBytes / 4, kInStrip = kStrip / kLanes;
};

template <class Pack>
[[gnu::always_inline]] inline Pack load(const float* from) {
  Pack pack;
  std::memcpy(&pack, from, sizeof pack);
  return pack;
}

/// kRows rows times kStrips strips, whose sums stay in registers while the inputs go by; `wide` outputs of the last
/// strip are there.
template <int64_t kBytes, int64_t kRows, int64_t kStrips>
[[gnu::always_inline]] inline void tile(const float* x, const float* strip, float* y, int64_t in, int64_t out,
                                        int64_t wide) {
  using Pack = typename Registers<kBytes>::Pack;
  constexpr int64_t kLanes = Registers<kBytes>::kLanes, kInStrip = Registers<kBytes>::kInStrip,
                    kPacks = kStrips * kInStrip;
  const int64_t stride = (1 + in) * kStrip;
  Pack sums[kRows][kPacks];
#pragma GCC unroll 16
  for (int64_t p = 0; p < kPacks; ++p) {
#pragma GCC unroll 16
    for (int64_t r = 0; r < kRows; ++r) sums[r][p] = load<Pack>(strip + p / kInStrip * stride + p % kInStrip * kLanes);
  }
  for (int64_t i = 0; i < in; ++i) {
    Pack weights[kPacks];
#pragma GCC unroll 16
    for (int64_t p = 0; p < kPacks; ++p)
      weights[p] = load<Pack>(strip + p / kInStrip * stride + (1 + i) * kStrip + p % kInStrip * kLanes);
#pragma GCC unroll 16
    for (int64_t r = 0; r < kRows; ++r) {
#pragma GCC unroll 16
      for (int64_t p = 0; p < kPacks; ++p) sums[r][p] += x[r * in + i] * weights[p];
    }
  }
#pragma GCC unroll 16
  for (int64_t r = 0; r < kRows; ++r) {
    float* to = y + r * out;
#pragma GCC unroll 16
    for (int64_t p = 0; p < kPacks; ++p) {
      const int64_t there = (kStrips - 1) * kStrip + wide - p * kLanes;  // outputs from this pack on
      if (there >= kLanes) {
        std::memcpy(to + p * kLanes, &sums[r][p], sizeof(Pack));
      } else {
        for (int64_t lane = 0; lane < there; ++lane) to[p * kLanes + lane] = sums[r][p][lane];
      }
    }
  }
}

template <int64_t kBytes, int64_t kRows, int64_t kStrips>
[[gnu::always_inline]] inline void rows_by_tiles(const float* x, const float* strip, float* y, int64_t rows, int64_t in,
                                                 int64_t out, int64_t wide) {
  int64_t r = 0;
  for (; r + kRows <= rows; r += kRows) tile<kBytes, kRows, kStrips>(x + r * in, strip, y + r * out, in, out, wide);
  for (; r < rows; ++r) tile<kBytes, 1, kStrips>(x + r * in, strip, y + r * out, in, out, wide);
}

template <int64_t kBytes, int64_t kRows, int64_t kStrips>
[[gnu::always_inline]] inline void multiply(const float* x, const float* strips, float* y, int64_t rows, int64_t in,
                                            int64_t out) {
  const int64_t stride = (1 + in) * kStrip;
  int64_t o = 0;
  for (; out - o > (kStrips - 1) * kStrip; o += kStrips * kStrip) {
    const int64_t wide = std::min(out - o - (kStrips - 1) * kStrip, kStrip);
    rows_by_tiles<kBytes, kRows, kStrips>(x, strips + o / kStrip * stride, y + o, rows, in, out, wide);
  }
  for (; o < out; o += kStrip)
    rows_by_tiles<kBytes, kRows, 1>(x, strips + o / kStrip * stride, y + o, rows, in, out, std::min(out - o, kStrip));
}

// A tile fills the registers of its processor, as MDL_CLONES cannot know.
void multiply_anywhere(const float* x, const float* strips, float* y, int64_t rows, int64_t in, int64_t out) {
  multiply<16, 3, 1>(x, strips, y, rows, in, out);
}
#ifdef __x86_64__
[[gnu::target("avx2,fma")]] void multiply_avx2(const float* x, const float* strips, float* y, int64_t rows, int64_t in,
                                               int64_t out) {
  multiply<32, 6, 1>(x, strips, y, rows, in, out);
}
[[gnu::target("avx512f")]] void multiply_avx512(const float* x, const float* strips, float* y, int64_t rows, int64_t in,
                                                int64_t out) {
  multiply<64, 8, 2>(x, strips, y, rows, in, out);
}
#endif

auto* best_for_this_processor() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f")) return multiply_avx512;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return multiply_avx2;
#endif
  return multiply_anywhere;
}

}  // namespace

PackedLinear::PackedLinear(const std::vector<float>& weight, const std::vector<float>& bias)
    : inputs_(static_cast<int64_t>(weight.size() / bias.size())), outputs_(static_cast<int64_t>(bias.size())) {
  const int64_t strips = (outputs_ + kStrip - 1) / kStrip;
  strips_.assign(static_cast<size_t>(strips * (1 + inputs_) * kStrip), 0.0f);
  for (int64_t o = 0; o < outputs_; ++o) {
    float* to = strips_.data() + o / kStrip * (1 + inputs_) * kStrip + o % kStrip;
    *to = bias[static_cast<size_t>(o)];
    for (int64_t i = 0; i < inputs_; ++i) to[(1 + i) * kStrip] = weight[static_cast<size_t>(o * inputs_ + i)];
  }
}

void PackedLinear::operator()(const float* x, float* y, int64_t rows) const {
  static auto* const multiply_best = best_for_this_processor();
  multiply_best(x, strips_.data(), y, rows, inputs_, outputs_);
}

}  // namespace mdl::infer
