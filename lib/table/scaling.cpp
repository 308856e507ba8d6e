#include "table/scaling.h"

#include <algorithm>
#include <cmath>

namespace mdl {
namespace {

/// numpy's default: linear between the two nearest of the `count` ascending values that `value(i)` gives.
template <class Value>
double quantile(Value value, size_t count, double fraction) {
  const double place = fraction * static_cast<double>(count - 1);
  const auto below = static_cast<size_t>(place);
  const double low = value(below), high = value(std::min(below + 1, count - 1));
  return low + (high - low) * (place - static_cast<double>(below));
}

template <class Value>
RobustScaling robust(Value value, size_t count) {
  const double distance = quantile(value, count, 0.75) - quantile(value, count, 0.25),
               range = value(count - 1) - value(0);
  return {quantile(value, count, 0.5), distance > 0 ? distance : range > 0 ? range / 2 : 1};
}

}  // namespace

RobustScaling robust_scaling(std::span<const double> sorted) {
  return robust([&](size_t i) { return sorted[i]; }, sorted.size());
}

double softly_clipped(double z) {
  if (std::abs(z) > 1e9) return std::copysign(3.0, z);  // its square may be no double
  return z / std::sqrt(1 + z / 3 * (z / 3));
}

std::vector<float> robust_encoding(const std::vector<std::pair<double, size_t>>& counted) {
  std::vector<std::pair<double, size_t>> sorted = counted;
  std::sort(sorted.begin(), sorted.end());
  size_t count = 0;
  for (auto& [value, occurs] : sorted) occurs = count += occurs;
  const auto value = [&](size_t i) {
    return std::find_if(sorted.begin(), sorted.end(), [&](auto& pair) { return i < pair.second; })->first;
  };
  const RobustScaling scaling = robust(value, count);
  std::vector<float> inputs;
  for (const auto& [value, occurs] : counted)
    inputs.push_back(static_cast<float>(softly_clipped((value - scaling.center) / scaling.scale)));
  return inputs;
}

}  // namespace mdl
