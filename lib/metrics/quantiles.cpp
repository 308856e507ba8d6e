#include "metrics/quantiles.h"

#include "metrics/row_loss.h"

namespace mdl {

QuantileRows::QuantileRows(const std::vector<double>& quantiles) {
  for (const double quantile : quantiles) sums_.quantiles.push_back({quantile, 0, 0});
}

void QuantileRows::add(double label, std::span<const double> predicted, double weight) {
  for (size_t k = 0; k < predicted.size(); ++k) {
    QuantileScore& score = sums_.quantiles[k];
    if (label <= predicted[k]) score.below += weight;
    score.pinball += weight * pinball_loss(label, predicted[k], score.quantile);
  }
  if (label >= predicted.front() && label <= predicted.back()) sums_.covered += weight;
  sums_.width += weight * (predicted.back() - predicted.front());
  weight_ += weight;
}

QuantileCoverage QuantileRows::coverage() const {
  QuantileCoverage out = sums_;
  for (QuantileScore& score : out.quantiles) {
    score.below /= weight_;
    score.pinball /= weight_;
  }
  out.covered /= weight_;
  out.width /= weight_;
  return out;
}

}  // namespace mdl
