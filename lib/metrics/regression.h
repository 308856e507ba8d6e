// Scores of a regression: rows are counted one by one, scores derived on demand. A row counts by its weight, 1 where
// none is given, as with scikit-learn's sample_weight; one of weight 0 counts for nothing.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "metrics/metric.h"

namespace mdl {

/// One row as the scores see it.
struct RegressionRow {
  RegressionRow(double label, double predicted, double weight = 1, double loss = 0);

  double label;
  double absolute_error;
  double relative_error;  // divided by max(|truth|, 2^-52), as scikit-learn does
  double weight;
  double loss;  // a loss's own (row_loss.h), where rows have one
};

/// What rows add up to; the scores are derived from it.
struct RegressionSums {
  long double weight = 0;
  long double squared = 0;  // ten million errors of 1234.567, added as doubles, are off by 6e-8 on average
  long double absolute = 0;
  long double relative = 0;
  long double loss = 0;
  long double label_mean = 0;  // Welford's running mean and sum of squared deviations
  long double label_deviation = 0;

  void add(const RegressionRow& row);

  /// `own`: the score that is the mean loss, where there is one.
  Scores scores(double median_absolute_error, std::optional<Metric> own = {}) const;
};

class RegressionRows {
 public:
  /// `own`: the score that is the mean of the rows' losses; none: they have none.
  explicit RegressionRows(std::optional<Metric> own = {}) : own_(own) {}

  void add(double label, double predicted, double weight = 1, double loss = 0);

  /// A row of other counts.
  void append(const RegressionRows& from, size_t row) {
    add(from.labels_[row], from.predicted_[row], from.weight(row), from.loss(row));
  }

  /// rmse, mae, mape and median_absolute_error need one row, r2 two rows whose truths differ. A score beyond the range
  /// of a double is undefined.
  Scores scores() const;

  /// Scores of a model that predicts the same value for each of these rows, which have no losses.
  Scores constant_scores(double predicted) const;

  /// Rows that weigh something whose label is 0, by which mape divides.
  int64_t zero_labels() const;

  int64_t rows() const { return static_cast<int64_t>(labels_.size()); }
  double predicted(size_t row) const { return predicted_[row]; }
  double weight(size_t row) const { return weights_.empty() ? 1 : weights_[row]; }

  std::optional<Metric> own() const { return own_; }

  /// In the order they came.
  RegressionRow row(size_t i) const { return {labels_[i], predicted_[i], weight(i), loss(i)}; }

 private:
  double loss(size_t row) const { return losses_.empty() ? 0 : losses_[row]; }

  std::optional<Metric> own_;
  // 16 bytes a row, and 8 where rows have weights, or losses.
  std::deque<double> labels_, predicted_, losses_;
  std::deque<double> weights_;  // empty: all 1
};

}  // namespace mdl
