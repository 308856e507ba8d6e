// How often numbers lie below their predicted quantiles.
#pragma once

#include <span>
#include <vector>

namespace mdl {

struct QuantileScore {
  double quantile;
  double below;    // weighted share of the rows whose label is at most the prediction; it should be `quantile`
  double pinball;  // mean loss
};

struct QuantileCoverage {
  std::vector<QuantileScore> quantiles;
  double covered = 0;  // share of the rows whose label lies within the outer quantiles, ends included
  double width = 0;    // mean distance of the outer quantiles

  double expected() const { return quantiles.back().quantile - quantiles.front().quantile; }
};

class QuantileRows {
 public:
  explicit QuantileRows(const std::vector<double>& quantiles);

  /// `predicted`: of each quantile, ascending.
  void add(double label, std::span<const double> predicted, double weight);

  /// Of one row at least that weighs something.
  QuantileCoverage coverage() const;

 private:
  QuantileCoverage sums_;
  double weight_ = 0;
};

}  // namespace mdl
