// Scores of a regression: rows are counted one by one, scores derived on demand.
#pragma once

#include <cstdint>
#include <vector>

#include "metrics/metric.h"

namespace mdl {

class RegressionCounts {
 public:
  void add(double truth, double predicted);

  int64_t rows() const { return rows_; }

  /// rmse, mae, mape and median_absolute_error need one row, r2 two rows whose truths differ. mape divides by
  /// max(|truth|, 2^-52), as scikit-learn does.
  Scores scores() const;

 private:
  int64_t rows_ = 0;
  double squared_sum_ = 0;
  double absolute_sum_ = 0;
  double relative_sum_ = 0;
  double truth_mean_ = 0;       // Welford's running mean and sum of squared deviations
  double truth_deviation_ = 0;
  std::vector<double> absolute_errors_;
};

}  // namespace mdl
