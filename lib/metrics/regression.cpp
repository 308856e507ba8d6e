#include "metrics/regression.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace mdl {
namespace {

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return values.size() % 2 == 1 ? *middle : std::midpoint(*std::max_element(values.begin(), middle), *middle);
}

}  // namespace

RegressionRow::RegressionRow(double truth, double predicted)
    : truth(truth),
      absolute_error(std::abs(truth - predicted)),
      relative_error(absolute_error / std::max(std::abs(truth), std::numeric_limits<double>::epsilon())) {}

void RegressionSums::add(const RegressionRow& row, int64_t times) {
  const auto weight = static_cast<long double>(times);
  rows += times;
  squared += weight * row.absolute_error * row.absolute_error;
  absolute += weight * row.absolute_error;
  relative += weight * row.relative_error;
  const long double deviation = row.truth - truth_mean;
  truth_mean += weight * deviation / static_cast<long double>(rows);
  truth_deviation += weight * deviation * (row.truth - truth_mean);
}

Scores RegressionSums::scores(double median_absolute_error) const {
  Scores scores;
  const auto put = [&](Metric metric, long double score) {
    if (std::isfinite(static_cast<double>(score))) scores.emplace_back(metric, static_cast<double>(score));
  };
  if (rows == 0) return scores;
  const auto n = static_cast<long double>(rows);
  put(Metric::kRmse, std::sqrt(squared / n));
  put(Metric::kMae, absolute / n);
  if (truth_deviation > 0) put(Metric::kR2, 1 - squared / truth_deviation);
  put(Metric::kMape, relative / n);
  put(Metric::kMedianAbsoluteError, median_absolute_error);
  return scores;
}

void RegressionCounts::add(double truth, double predicted) {
  each_.emplace_back(truth, predicted);
  sums_.add(each_.back(), 1);
}

Scores RegressionCounts::scores() const {
  if (each_.empty()) return {};
  std::vector<double> errors;
  for (const RegressionRow& row : each_) errors.push_back(row.absolute_error);
  return sums_.scores(median(std::move(errors)));
}

}  // namespace mdl
