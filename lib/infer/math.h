// Elementary functions in forms that a compiler vectorises: no branches, no calls. For float within a few units in the
// last place; for double the standard library's.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace mdl::infer {

[[gnu::always_inline]] inline double fast_exp(double x) { return std::exp(x); }

/// e^x for x in [-87, 88], outside as at the nearer end; a polynomial on [-ln 2 / 2, ln 2 / 2] (Cephes' expf).
[[gnu::always_inline]] inline float fast_exp(float x) {
  x = std::min(std::max(x, -87.0f), 88.0f);
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it rounds to a whole number in the low bits
  const float shifted = x * 1.44269504088896341f + kRound;
  const float n = shifted - kRound;
  const float r = (x - n * 0.693359375f) + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  const float scale = std::bit_cast<float>((std::bit_cast<uint32_t>(shifted) + 127u) << 23);
  return (p * r * r + r + 1.0f) * scale;
}

template <class T>
struct SinCos {
  T sin, cos;
};

/// Sine and cosine of 2 pi t.
[[gnu::always_inline]] inline SinCos<double> sin_cos_turns(double t) {
  const double angle = 2 * std::numbers::pi * (t - std::nearbyint(t));
  return {std::sin(angle), std::cos(angle)};
}

/// For |t| < 2^22: Taylor polynomials at half the angle, which lies in [-pi/2, pi/2].
[[gnu::always_inline]] inline SinCos<float> sin_cos_turns(float t) {
  constexpr float kRound = 12582912.0f;
  const float half = std::numbers::pi_v<float> * (t - ((t + kRound) - kRound));
  const float square = half * half;
  float s = 1.60590438e-10f;
  s = s * square - 2.50521084e-8f;
  s = s * square + 2.75573192e-6f;
  s = s * square - 1.98412698e-4f;
  s = s * square + 8.33333333e-3f;
  s = s * square - 1.66666667e-1f;
  s = (s * square + 1.0f) * half;
  float c = 2.08767570e-9f;
  c = c * square - 2.75573192e-7f;
  c = c * square + 2.48015873e-5f;
  c = c * square - 1.38888889e-3f;
  c = c * square + 4.16666667e-2f;
  c = c * square - 0.5f;
  c = c * square + 1.0f;
  return {2.0f * s * c, 1.0f - 2.0f * s * s};
}

}  // namespace mdl::infer
