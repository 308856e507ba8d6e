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
  /// max(|truth|, 2^-52), as scikit-learn does. A score beyond the range of a double is undefined.
  Scores scores() const;

 private:
  int64_t rows_ = 0;
  long double squared_sum_ = 0;      // ten million errors of 1234.567, added as doubles, are off by 6e-8 on average
  long double absolute_sum_ = 0;
  long double relative_sum_ = 0;
  long double truth_mean_ = 0;       // Welford's running mean and sum of squared deviations
  long double truth_deviation_ = 0;
  std::vector<double> absolute_errors_;
};

}  // namespace mdl
