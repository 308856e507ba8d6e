#include "metrics/threshold.h"

#include <cmath>
#include <limits>

namespace mdl {
namespace {

/// How good it is to call rows positive, of which `true_positives` are and `false_positives` are not.
double merit(const Threshold& rule, double true_positives, double false_positives, double positives, double negatives) {
  switch (rule.rule) {
    case Threshold::Rule::kFixed: break;
    case Threshold::Rule::kF1: return 2 * true_positives / (positives + true_positives + false_positives);
    case Threshold::Rule::kBalancedAccuracy: return true_positives / positives - false_positives / negatives;
    case Threshold::Rule::kCost:
      return -(rule.false_positive * false_positives + rule.false_negative * (positives - true_positives));
  }
  return 0;
}

}  // namespace

double best_threshold(const std::vector<RankedRow>& sorted, const Threshold& rule) {
  if (rule.rule == Threshold::Rule::kFixed) return rule.value;
  double positives = 0, negatives = 0;
  for (const RankedRow& row : sorted) (row.positive ? positives : negatives) += row.weight;
  if (rule.rule != Threshold::Rule::kCost && (positives == 0 || negatives == 0)) return 0.5;
  double best = 1, best_merit = std::numeric_limits<double>::lowest();
  const auto consider = [&](double threshold, double true_positives, double false_positives) {
    const double found = merit(rule, true_positives, false_positives, positives, negatives);
    // Equal merits may differ in their last bits.
    const double slack = 1e-12 * std::abs(best_merit);
    const bool nearer = std::abs(threshold - 0.5) < std::abs(best - 0.5);
    if (found > best_merit + slack || (found >= best_merit - slack && nearer)) {
      best = threshold;
      best_merit = found;
    }
  };
  if (sorted.empty() || sorted[0].score < 1) consider(1, 0, 0);
  for_each_threshold(sorted, consider);
  return best;
}

}  // namespace mdl
