#include "metrics/regression.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace mdl {
RegressionRow::RegressionRow(double truth, double predicted, double weight)
    : truth(truth),
      absolute_error(std::abs(truth - predicted)),
      relative_error(absolute_error / std::max(std::abs(truth), std::numeric_limits<double>::epsilon())),
      weight(weight) {}

void RegressionSums::add(const RegressionRow& row, int64_t times) {
  const long double rows = static_cast<long double>(times) * row.weight;
  if (rows == 0) return;
  weight += rows;
  squared += rows * row.absolute_error * row.absolute_error;
  absolute += rows * row.absolute_error;
  relative += rows * row.relative_error;
  const long double deviation = row.truth - truth_mean;
  truth_mean += rows * deviation / weight;
  truth_deviation += rows * deviation * (row.truth - truth_mean);
}

Scores RegressionSums::scores(double median_absolute_error) const {
  Scores scores;
  const auto put = [&](Metric metric, long double score) {
    if (std::isfinite(static_cast<double>(score))) scores.emplace_back(metric, static_cast<double>(score));
  };
  if (weight == 0) return scores;
  put(Metric::kRmse, std::sqrt(squared / weight));
  put(Metric::kMae, absolute / weight);
  if (truth_deviation > 0) put(Metric::kR2, 1 - squared / truth_deviation);
  put(Metric::kMape, relative / weight);
  put(Metric::kMedianAbsoluteError, median_absolute_error);
  return scores;
}

double median_absolute_error(const std::vector<RegressionRow>& sorted, std::span<const uint16_t> times) {
  const auto rows_of = [&](const RegressionRow& row) { return (times.empty() ? 1 : times[row.number]) * row.weight; };
  double total = 0, seen = 0;
  for (const RegressionRow& row : sorted) total += rows_of(row);
  if (total == 0) return NAN;
  size_t i = 0;
  for (; i + 1 < sorted.size(); ++i) {
    seen += rows_of(sorted[i]);
    if (seen >= total / 2) break;
  }
  if (seen - total / 2 > std::numeric_limits<double>::epsilon()) return sorted[i].absolute_error;
  size_t next = i + 1;
  while (next < sorted.size() && rows_of(sorted[next]) == 0) ++next;
  return next < sorted.size() ? std::midpoint(sorted[i].absolute_error, sorted[next].absolute_error) : sorted[i].absolute_error;
}

void RegressionCounts::add(double truth, double predicted, double weight) {
  if (weight != 1 && weights_.empty()) weights_.assign(truths_.size(), 1);
  if (weight != 1 || !weights_.empty()) weights_.push_back(weight);
  truths_.push_back(truth);
  predicted_.push_back(predicted);
}

namespace {

Scores scores_of(const std::vector<RegressionRow>& sorted) {
  RegressionSums sums;
  for (const RegressionRow& row : sorted) sums.add(row, 1);
  return sums.scores(median_absolute_error(sorted, {}));
}

void sort_by_error(std::vector<RegressionRow>& rows) {
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.absolute_error < b.absolute_error; });
}

}  // namespace

std::vector<RegressionRow> RegressionCounts::sorted() const {
  std::vector<RegressionRow> rows;
  rows.reserve(truths_.size());
  for (size_t i = 0; i < truths_.size(); ++i) {
    rows.emplace_back(truths_[i], predicted_[i], weight(i));
    rows.back().number = static_cast<uint32_t>(i);
  }
  sort_by_error(rows);
  return rows;
}

Scores RegressionCounts::scores() const { return scores_of(sorted()); }

Scores RegressionCounts::constant_scores(double predicted) const {
  std::vector<RegressionRow> rows;
  rows.reserve(truths_.size());
  for (size_t i = 0; i < truths_.size(); ++i) rows.emplace_back(truths_[i], predicted, weight(i));
  sort_by_error(rows);
  return scores_of(rows);
}

}  // namespace mdl
