#include "metrics/regression.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace mdl {
RegressionRow::RegressionRow(double label, double predicted, double weight, double loss)
    : label(label), absolute_error(std::abs(label - predicted)),
      relative_error(absolute_error / std::max(std::abs(label), std::numeric_limits<double>::epsilon())),
      weight(weight), loss(loss) {}

void RegressionSums::add(const RegressionRow& row) {
  const long double rows = row.weight;
  if (rows == 0) return;
  weight += rows;
  squared += rows * row.absolute_error * row.absolute_error;
  absolute += rows * row.absolute_error;
  relative += rows * row.relative_error;
  loss += rows * row.loss;
  const long double deviation = row.label - label_mean;
  label_mean += rows * deviation / weight;
  label_deviation += rows * deviation * (row.label - label_mean);
}

Scores RegressionSums::scores(double median_absolute_error, std::optional<Metric> own) const {
  Scores scores;
  const auto put = [&](Metric metric, long double score) {
    if (std::isfinite(static_cast<double>(score))) scores.emplace_back(metric, static_cast<double>(score));
  };
  if (weight == 0) return scores;
  put(Metric::kRmse, std::sqrt(squared / weight));
  put(Metric::kMae, absolute / weight);
  // What is left of 1 - 1 is rounding; the mean of the rows has an R2 of 0.
  const long double r2 = 1 - squared / label_deviation;
  if (label_deviation > 0) put(Metric::kR2, std::abs(r2) < std::numeric_limits<double>::epsilon() ? 0 : r2);
  put(Metric::kMape, relative / weight);
  put(Metric::kMedianAbsoluteError, median_absolute_error);
  if (own) put(*own, loss / weight);
  return scores;
}

void RegressionRows::add(double label, double predicted, double weight, double loss) {
  if (weight != 1 && weights_.empty()) weights_.assign(labels_.size(), 1);
  if (weight != 1 || !weights_.empty()) weights_.push_back(weight);
  labels_.push_back(label);
  predicted_.push_back(predicted);
  if (own_) losses_.push_back(loss);
}

namespace {

/// Of rows by rising error; with weights the mean of scikit-learn's lower and upper weighted median.
double median_absolute_error(const std::vector<RegressionRow>& sorted) {
  double total = 0, seen = 0;
  for (const RegressionRow& row : sorted) total += row.weight;
  if (total == 0) return NAN;
  size_t i = 0;
  for (; i + 1 < sorted.size(); ++i) {
    seen += sorted[i].weight;
    if (seen >= total / 2) break;
  }
  if (seen - total / 2 > std::numeric_limits<double>::epsilon()) return sorted[i].absolute_error;
  size_t next = i + 1;
  while (next < sorted.size() && sorted[next].weight == 0) ++next;
  return next < sorted.size() ? std::midpoint(sorted[i].absolute_error, sorted[next].absolute_error)
                              : sorted[i].absolute_error;
}

Scores scores_of(std::vector<RegressionRow> rows, std::optional<Metric> own = {}) {
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.absolute_error < b.absolute_error; });
  RegressionSums sums;
  for (const RegressionRow& row : rows) sums.add(row);
  return sums.scores(median_absolute_error(rows), own);
}

}  // namespace

Scores RegressionRows::scores() const {
  std::vector<RegressionRow> rows;
  rows.reserve(labels_.size());
  for (size_t i = 0; i < labels_.size(); ++i) rows.push_back(row(i));
  return scores_of(std::move(rows), own_);
}

int64_t RegressionRows::zero_labels() const {
  int64_t zeros = 0;
  for (size_t i = 0; i < labels_.size(); ++i) zeros += labels_[i] == 0 && weight(i) > 0;
  return zeros;
}

Scores RegressionRows::constant_scores(double predicted) const {
  std::vector<RegressionRow> rows;
  rows.reserve(labels_.size());
  for (size_t i = 0; i < labels_.size(); ++i) rows.emplace_back(labels_[i], predicted, weight(i));
  return scores_of(std::move(rows));
}

}  // namespace mdl
