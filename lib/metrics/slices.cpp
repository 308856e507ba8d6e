#include "metrics/slices.h"

#include <algorithm>
#include <cmath>

namespace mdl {
namespace {

std::optional<double> fraction(double part, double whole) {
  if (whole == 0) return std::nullopt;
  return part / whole;
}

/// The largest less the smallest; empty where one is.
std::optional<double> spread(const std::vector<std::optional<double>>& rates) {
  if (!std::all_of(rates.begin(), rates.end(), [](const auto& rate) { return rate.has_value(); })) return std::nullopt;
  const auto [low, high] = std::minmax_element(rates.begin(), rates.end());
  return **high - **low;
}

}  // namespace

GroupRates rates_of(const ClassificationRows& counts) {
  const ClassificationSums& sums = counts.sums();
  const size_t positive = counts.positive(), negative = 1 - positive;
  const double wrong = std::max(0.0, sums.predicted_as[positive] - sums.true_positives[positive]);
  return {fraction(sums.predicted_weights()[positive], static_cast<double>(sums.weight)),
          fraction(sums.true_positives[positive], sums.labels[positive]), fraction(wrong, sums.labels[negative])};
}

void compare_groups(Slice& slice, const std::vector<GroupRates>& rates) {
  std::vector<size_t> ranked;
  for (size_t g = 0; g < slice.groups.size(); ++g) {
    if (!slice.groups[g].small && !slice.groups[g].scores.empty()) ranked.push_back(g);
  }
  if (ranked.size() < 2) return;
  for (const auto& [metric, ignored] : slice.groups[ranked[0]].scores) {
    SliceGap gap{.metric = metric, .highest = ranked[0], .lowest = ranked[0]};
    double highest = -HUGE_VAL, lowest = HUGE_VAL;
    bool defined = true;
    for (const size_t g : ranked) {
      const auto score = score_of(slice.groups[g].scores, metric);
      defined = defined && score;
      if (!score) break;
      if (*score > highest) gap.highest = g, highest = *score;
      if (*score < lowest) gap.lowest = g, lowest = *score;
    }
    if (!defined) continue;
    gap.difference = highest - lowest;
    if (highest > 0 && lowest >= 0) gap.ratio = lowest / highest;
    slice.gaps.push_back(gap);
  }
  if (rates.empty()) return;
  std::vector<std::optional<double>> selected, true_positive, false_positive;
  for (const size_t g : ranked) {
    selected.push_back(rates[g].selected);
    true_positive.push_back(rates[g].true_positive);
    false_positive.push_back(rates[g].false_positive);
  }
  slice.demographic_parity_difference = spread(selected);
  const auto [least, most] = std::minmax_element(selected.begin(), selected.end());
  slice.demographic_parity_ratio = fraction(**least, **most);
  const auto positive = spread(true_positive), negative = spread(false_positive);
  if (positive && negative) slice.equalized_odds_difference = std::max(*positive, *negative);
}

}  // namespace mdl
