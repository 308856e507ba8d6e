#include "table/scaling.h"

#include <algorithm>
#include <cmath>

namespace mdl {
namespace {

/// numpy's default: linear between the two nearest of the `count` ascending values that `value(i)` gives.
template <class Value>
double quantile(Value value, size_t count, double share) {
  const double place = share * static_cast<double>(count - 1);
  const auto below = static_cast<size_t>(place);
  const double low = value(below), high = value(std::min(below + 1, count - 1));
  return low + (high - low) * (place - static_cast<double>(below));
}

struct Affine {
  double center, scale;
  bool squeezed;   // the quartiles are equal
};

/// Median and distance of the quartiles; where those are equal, half the range; nothing to divide by: 1.
template <class Value>
Affine robust(Value value, size_t count) {
  const double distance = quantile(value, count, 0.75) - quantile(value, count, 0.25), range = value(count - 1) - value(0);
  return {quantile(value, count, 0.5), distance > 0 ? distance : range > 0 ? range / 2 : 1, distance == 0};
}

/// For ascending numbers of which half or more are `common`: 0 for it, and on either side the quantiles of the others from near
/// to far. Empty when too few others differ.
std::vector<Knot> knots_around(double common, std::span<const double> sorted) {
  constexpr int kSteps = 16;
  constexpr double kNear = 0.25, kFar = 3;
  constexpr size_t kFewest = 5;
  const auto [first, last] = std::ranges::equal_range(sorted, common);
  const std::span<const double> below(sorted.begin(), first), above(last, sorted.end());
  std::vector<Knot> knots;
  const auto add = [&](double number, double z) {
    if (!knots.empty() && knots.back().number == number) return;
    knots.push_back({number, z});
  };
  const auto side = [&](std::span<const double> others, double sign) {
    for (int i = 0; i <= kSteps && !others.empty(); ++i) {
      const double share = static_cast<double>(i) / kSteps, nearness = sign > 0 ? share : 1 - share;
      add(quantile([&](size_t k) { return others[k]; }, others.size(), share), sign * (kNear + (kFar - kNear) * nearness));
    }
  };
  side(below, -1);
  add(common, 0);
  side(above, 1);
  if (knots.size() < kFewest) knots.clear();
  return knots;
}

}  // namespace

RobustScaling robust_scaling(std::span<const double> sorted) {
  const Affine affine = robust([&](size_t i) { return sorted[i]; }, sorted.size());
  RobustScaling scaling{affine.center, affine.scale, {}};
  if (affine.squeezed) scaling.knots = knots_around(affine.center, sorted);
  return scaling;
}

double softly_clipped(double z) {
  if (std::abs(z) > 1e9) return std::copysign(3.0, z);  // its square may be no double
  return z / std::sqrt(1 + z / 3 * (z / 3));
}

double between(const std::vector<Knot>& knots, double number) {
  if (std::isnan(number)) return number;
  if (number <= knots.front().number) return knots.front().z;
  if (number >= knots.back().number) return knots.back().z;
  const auto next = std::ranges::upper_bound(knots, number, {}, &Knot::number), last = next - 1;
  return last->z + (next->z - last->z) * ((number - last->number) / (next->number - last->number));
}

std::vector<float> robust_codes(const std::vector<std::pair<double, size_t>>& counted) {
  std::vector<std::pair<double, size_t>> sorted = counted;
  std::sort(sorted.begin(), sorted.end());
  size_t count = 0;
  for (auto& [value, occurs] : sorted) occurs = count += occurs;
  const auto value = [&](size_t i) { return std::find_if(sorted.begin(), sorted.end(), [&](auto& pair) { return i < pair.second; })->first; };
  const Affine affine = robust(value, count);
  std::vector<float> codes;
  for (const auto& [value, occurs] : counted) codes.push_back(static_cast<float>(softly_clipped((value - affine.center) / affine.scale)));
  return codes;
}

}  // namespace mdl
