#include "metrics/interval.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mdl {
namespace {

/// The probability that a number of the beta distribution is at most x: the continued fraction of DLMF 8.17.22,
/// evaluated from its front by Lentz's method.
double beta_share(double a, double b, double x) {
  if (x > (a + 1) / (a + b + 2)) return 1 - beta_share(b, a, 1 - x);
  constexpr double kTiny = 1e-300;
  double numerator = 1, denominator = 1 / std::max(kTiny, 1 - (a + b) * x / (a + 1)), fraction = denominator;
  for (double m = 1; m < 100'000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                 odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    double step = 1;
    for (const double part : {even, odd}) {
      denominator = 1 / (1 + part * denominator);
      numerator = 1 + part / numerator;
      step *= denominator * numerator;
    }
    fraction *= step;
    if (std::abs(step - 1) < 1e-14) break;
  }
  return fraction / a *
         std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
}

double beta_quantile(double a, double b, double fraction) {
  double low = 0, high = 1;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (beta_share(a, b, middle) < fraction ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace

double Spread::reach(double confidence) const {
  if (rows <= 1 || second == 0) return 0;
  const double spread = fourth - second * second / rows;
  const double degrees = spread > 0 ? std::min(2 * second * second / spread, rows - 1) : rows - 1;
  return student_quantile(confidence, degrees) * std::sqrt(second * rows / (rows - 1));
}

void IntervalsOf::put(Metric metric, const Interval& interval, double least, double most) {
  const auto own = score(metric);
  if (!own) return;
  found_[metric] = {std::clamp(std::min(interval.low, *own), least, most),
                    std::clamp(std::max(interval.high, *own), least, most)};
}

void IntervalsOf::put(Metric metric, const std::optional<Interval>& interval, double least, double most) {
  if (interval) put(metric, *interval, least, most);
}

void IntervalsOf::put(Metric metric, const Spread& spread, double confidence, double least, double most) {
  const double reach = spread.reach(confidence);
  put(metric, Interval{spread.centre - reach, spread.centre + reach}, least, most);
}

Intervals no_differences(const Scores& differences) {
  Intervals out;
  for (const auto& [metric, difference] : differences) out.emplace_back(metric, Interval{0, 0});
  return out;
}

double normal_quantile(double confidence) {
  // Newton's steps from 0 approach it from below.
  double z = 0;
  for (double step = 1; step > 1e-15 * z;) {
    step = (std::erfc(z / std::numbers::sqrt2) - (1 - confidence)) * std::sqrt(std::numbers::pi / 2) *
           std::exp(z * z / 2);
    z += step;
  }
  return z;
}

double student_quantile(double confidence, double degrees) {
  const double z = normal_quantile(confidence), n = std::max(degrees, 2.0), s = z * z;
  const double first = (s + 1) / 4, second = ((5 * s + 16) * s + 3) / 96,
               third = (((3 * s + 19) * s + 17) * s - 15) / 384;
  return z * (1 + (first + (second + third / n) / n) / n);
}

Interval proportion(double part, double whole, double confidence) {
  const double tail = (1 - confidence) / 2;
  return {part > 0 ? beta_quantile(part, whole - part + 1, tail) : 0,
          part < whole ? beta_quantile(part + 1, whole - part, 1 - tail) : 1};
}

double quantile(const std::vector<double>& sorted, double fraction) {
  const double place = static_cast<double>(sorted.size() - 1) * fraction;
  const auto below = static_cast<size_t>(place);
  return std::lerp(sorted[below], sorted[std::min(below + 1, sorted.size() - 1)], place - static_cast<double>(below));
}

Interval unpaired_difference(double a, const Interval& of_a, double b, const Interval& of_b) {
  return {a - b - std::hypot(a - of_a.low, of_b.high - b), a - b + std::hypot(of_a.high - a, b - of_b.low)};
}

}  // namespace mdl
