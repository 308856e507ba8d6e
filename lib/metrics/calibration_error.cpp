#include "metrics/calibration_error.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace mdl {
namespace {

/// The mean of |x| where x is normal with this mean and deviation.
double folded_mean(double mean, double deviation) {
  const double z = mean / deviation;
  return deviation * std::sqrt(2 / std::numbers::pi) * std::exp(-z * z / 2) + mean * std::erf(z / std::numbers::sqrt2);
}

}  // namespace

CalibrationError::CalibrationError(const std::vector<RankedRow>& sorted, double ece, double confidence) : ece_(ece) {
  double total = 0, squares = 0, variance = 0;
  for (const RankedRow& row : sorted) {
    total += row.weight;
    squares += row.weight * row.weight;
  }
  for (const CalibrationBin& bin : calibration(sorted)) {
    const double rows = bin.weight * total / squares;  // that weigh the same
    const double fraction = (bin.share_positive * rows + 0.5) / (rows + 1), part = bin.weight / total;
    const double error = std::sqrt(fraction * (1 - fraction) / rows);
    bins_.push_back({part, error, std::abs(bin.mean_score - bin.share_positive)});
    variance += part * part * error * error;
  }
  reach_ = normal_quantile(confidence) * std::sqrt(variance);
}

Interval CalibrationError::interval() const {
  const auto expected = [&](double off) {  // where every bin is off so far
    double sum = 0;
    for (const Bin& bin : bins_) sum += bin.part * folded_mean(off, bin.error);
    return sum;
  };
  double low = 0, high = 1;
  for (int i = 0; i < 50; ++i) {
    const double middle = (low + high) / 2;
    (expected(middle) < ece_ + reach_ ? low : high) = middle;
  }
  return {ece_ - expected(0) - reach_, high};
}

double CalibrationError::unbiased() const {
  double bias = 0;
  for (const Bin& bin : bins_) {
    const double off = std::sqrt(std::max(0.0, bin.off * bin.off - bin.error * bin.error));
    bias += bin.part * (folded_mean(off, bin.error) - off);
  }
  return ece_ - bias;
}

Interval CalibrationError::less(const CalibrationError& other) const {
  const double centre = unbiased() - other.unbiased(), reach = reach_ + other.reach_;
  return {centre - reach, centre + reach};
}

}  // namespace mdl
