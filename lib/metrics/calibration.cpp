#include "metrics/calibration.h"

#include <cmath>

namespace mdl {

Reliability reliability_of(const std::vector<RankedRow>& sorted) {
  Reliability found{.bins = calibration(sorted)};
  double weight = 0, positive = 0;
  for (const CalibrationBin& bin : found.bins) {
    weight += bin.weight;
    positive += bin.weight * bin.share_positive;
  }
  if (weight == 0) return found;
  const double fraction = positive / weight;
  for (const CalibrationBin& bin : found.bins) {
    const double part = bin.weight / weight, off = bin.mean_score - bin.share_positive,
                 apart = bin.share_positive - fraction;
    found.ece += part * std::abs(off);
    found.reliability += part * off * off;
    found.resolution += part * apart * apart;
  }
  found.uncertainty = fraction * (1 - fraction);
  return found;
}

}  // namespace mdl
