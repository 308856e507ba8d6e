#include "metrics/threshold.h"

#include <cmath>
#include <limits>

namespace mdl {
namespace {

/// How good it is to call rows positive, of which `hits` are and `false_alarms` are not.
double merit(const Threshold& rule, double hits, double false_alarms, double positives, double negatives) {
  switch (rule.rule) {
    case Threshold::Rule::kFixed: break;
    case Threshold::Rule::kF1: return 2 * hits / (positives + hits + false_alarms);
    case Threshold::Rule::kBalancedAccuracy: return hits / positives - false_alarms / negatives;
    case Threshold::Rule::kCost: return -(rule.false_positive * false_alarms + rule.false_negative * (positives - hits));
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
  const auto consider = [&](double threshold, double hits, double false_alarms) {
    const double found = merit(rule, hits, false_alarms, positives, negatives);
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
