#include "metrics/regression.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace mdl {
namespace {

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return values.size() % 2 == 1 ? *middle : std::midpoint(*std::max_element(values.begin(), middle), *middle);
}

}  // namespace

void RegressionCounts::add(double truth, double predicted) {
  const double error = std::abs(truth - predicted);
  ++rows_;
  squared_sum_ += static_cast<long double>(error) * error;
  absolute_sum_ += error;
  relative_sum_ += static_cast<long double>(error) / std::max(std::abs(truth), std::numeric_limits<double>::epsilon());
  const long double deviation = truth - truth_mean_;
  truth_mean_ += deviation / static_cast<long double>(rows_);
  truth_deviation_ += deviation * (truth - truth_mean_);
  absolute_errors_.push_back(error);
}

Scores RegressionCounts::scores() const {
  Scores scores;
  const auto put = [&](Metric metric, long double score) {
    if (std::isfinite(static_cast<double>(score))) scores.emplace_back(metric, static_cast<double>(score));
  };
  if (rows_ == 0) return scores;
  const auto n = static_cast<long double>(rows_);
  put(Metric::kRmse, std::sqrt(squared_sum_ / n));
  put(Metric::kMae, absolute_sum_ / n);
  if (truth_deviation_ > 0) put(Metric::kR2, 1 - squared_sum_ / truth_deviation_);
  put(Metric::kMape, relative_sum_ / n);
  put(Metric::kMedianAbsoluteError, median(absolute_errors_));
  return scores;
}

}  // namespace mdl
