#include "metrics/threshold.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "base/text.h"

namespace mdl {
namespace {

/// How good it is to call rows positive, of which `true_positives` are and `false_positives` are not.
double merit(const Threshold& rule, double true_positives, double false_positives, double positives, double negatives) {
  switch (rule.rule) {
    case Threshold::Rule::kFixed:
    case Threshold::Rule::kRecall:
    case Threshold::Rule::kPrecision: break;
    case Threshold::Rule::kF1: return 2 * true_positives / (positives + true_positives + false_positives);
    case Threshold::Rule::kBalancedAccuracy: return true_positives / positives - false_positives / negatives;
    case Threshold::Rule::kCost:
      return -(rule.false_positive * false_positives + rule.false_negative * (positives - true_positives));
  }
  return 0;
}

constexpr double kSlack = 1e-12;  // equal scores may differ in their last bits

/// The highest threshold with at least that recall.
double threshold_of_recall(const std::vector<RankedRow>& sorted, double least, double positives) {
  double found = sorted.back().score;
  bool reached = false;
  for_each_threshold(sorted, [&](double threshold, double true_positives, double) {
    if (reached || true_positives < (least - kSlack) * positives) return;
    found = threshold;
    reached = true;
  });
  return found;
}

/// The lowest threshold with at least that precision; where none has it, with the highest.
double threshold_of_precision(const std::vector<RankedRow>& sorted, double least) {
  double found = 1, highest = 0;
  for_each_threshold(sorted, [&](double threshold, double true_positives, double false_positives) {
    const double flagged = true_positives + false_positives;
    const double precision = flagged > 0 ? std::min(true_positives / flagged, least) : 0;
    if (precision < highest - kSlack) return;
    found = threshold;
    highest = std::max(highest, precision);
  });
  return found;
}

}  // namespace

double best_threshold(const std::vector<RankedRow>& sorted, const Threshold& rule) {
  if (rule.rule == Threshold::Rule::kFixed) return rule.value;
  double positives = 0, negatives = 0;
  for (const RankedRow& row : sorted) (row.positive ? positives : negatives) += row.weight;
  if (rule.rule != Threshold::Rule::kCost && (positives == 0 || negatives == 0)) return 0.5;
  if (rule.rule == Threshold::Rule::kRecall) return threshold_of_recall(sorted, rule.value, positives);
  if (rule.rule == Threshold::Rule::kPrecision) return threshold_of_precision(sorted, rule.value);
  double best = 1, best_merit = std::numeric_limits<double>::lowest();
  const auto consider = [&](double threshold, double true_positives, double false_positives) {
    const double found = merit(rule, true_positives, false_positives, positives, negatives);
    const double slack = kSlack * std::abs(best_merit);
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

std::string unmet(const Threshold& rule, const Scores& scores) {
  const bool recall = rule.rule == Threshold::Rule::kRecall;
  if (!recall && rule.rule != Threshold::Rule::kPrecision) return "";
  const double reached = score_of(scores, recall ? Metric::kRecall : Metric::kPrecision).value_or(0);
  if (reached >= rule.value - kSlack) return "";
  return fmt::format("no threshold has a {} of {} on these rows; the highest, {:.4f}, is taken",
                     recall ? "recall" : "precision", shortest(rule.value), reached);
}

}  // namespace mdl
