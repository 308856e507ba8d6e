// Scores of a regression: rows are counted one by one, scores derived on demand.
#pragma once

#include <cstdint>
#include <vector>

#include "metrics/metric.h"

namespace mdl {

/// One row as the scores see it.
struct RegressionRow {
  RegressionRow(double truth, double predicted);

  double truth;
  double absolute_error;
  double relative_error;   // divided by max(|truth|, 2^-52), as scikit-learn does
};

/// What rows add up to. The scores of all rows, and of a resample of them, are derived from it.
struct RegressionSums {
  int64_t rows = 0;
  long double squared = 0;           // ten million errors of 1234.567, added as doubles, are off by 6e-8 on average
  long double absolute = 0;
  long double relative = 0;
  long double truth_mean = 0;        // Welford's running mean and sum of squared deviations
  long double truth_deviation = 0;

  /// The same row `times` times, at least once.
  void add(const RegressionRow& row, int64_t times);

  Scores scores(double median_absolute_error) const;
};

class RegressionCounts {
 public:
  void add(double truth, double predicted);

  /// rmse, mae, mape and median_absolute_error need one row, r2 two rows whose truths differ. A score beyond the range of a
  /// double is undefined.
  Scores scores() const;

  int64_t rows() const { return sums_.rows; }
  const std::vector<RegressionRow>& each() const { return each_; }

 private:
  RegressionSums sums_;
  std::vector<RegressionRow> each_;
};

}  // namespace mdl
