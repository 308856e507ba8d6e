#include "metrics/intervals.h"

#include <algorithm>
#include <cmath>

#include "metrics/calibration_error.h"
#include "metrics/classification_intervals.h"
#include "metrics/mean_interval.h"
#include "metrics/ranking_intervals.h"

namespace mdl {
namespace {

/// What a row weighs.
double one_of(const ClassificationRows& counts) {
  if (!counts.weighted()) return 1;
  double squares = 0;
  for (size_t i = 0; i < static_cast<size_t>(counts.rows()); ++i) squares += counts.weight(i) * counts.weight(i);
  return squares / static_cast<double>(counts.sums().weight);
}

struct Losses {
  Values log_loss, brier;
  Values wrong_log_loss, wrong_brier;  // had the most likely class but the predicted one been true
};

Losses losses_of(const ClassificationRows& counts) {
  Losses out;
  const size_t classes = counts.classes();
  for (size_t i = 0; i < static_cast<size_t>(counts.rows()); ++i) {
    if (!counts.knows(i)) continue;
    const RowLosses losses = counts.losses(i);
    out.log_loss.of_row.push_back(losses.log_loss);
    out.brier.of_row.push_back(losses.brier);
    if (counts.weighted()) out.log_loss.weights.push_back(counts.weight(i));
    size_t other = counts.predicted(i) == 0 ? 1 : 0;
    for (size_t k = 0; k < classes; ++k) {
      if (static_cast<int>(k) != counts.predicted(i) && counts.probability(i, k) > counts.probability(i, other))
        other = k;
    }
    const RowLosses wrong = counts.losses(i, other);
    out.wrong_log_loss.of_row.push_back(wrong.log_loss);
    out.wrong_brier.of_row.push_back(wrong.brier);
  }
  out.brier.weights = out.wrong_log_loss.weights = out.wrong_brier.weights = out.log_loss.weights;
  return out;
}

bool same(const ClassificationRows& a, const ClassificationRows& b) {
  for (size_t i = 0; i < static_cast<size_t>(a.rows()); ++i) {
    if (a.predicted(i) != b.predicted(i)) return false;
    for (size_t k = 0; k < a.classes(); ++k) {
      if (a.probability(i, k) != b.probability(i, k)) return false;
    }
  }
  return true;
}

/// The same, as if one row more had been wrong.
Spread difference_of_losses(const Values& a, const Values& b, const Values& wrong_a, const Values& wrong_b) {
  Spread spread = difference_of_means(a, b);
  double weight = 0, apart = 0, squares = 0;
  for (size_t i = 0; i < a.of_row.size(); ++i) {
    weight += a.weight(i);
    squares += a.weight(i) * a.weight(i);
    apart += a.weight(i) * std::abs(wrong_a.of_row[i] - wrong_b.of_row[i]);
  }
  spread.suppose(squares / weight * (apart / weight) / weight, 1);
  return spread;
}

}  // namespace

Intervals intervals_of(const ClassificationRows& counts, double confidence) {
  if (counts.rows() < 2 || counts.sums().weight == 0) return {};
  IntervalsOf found(counts.scores());
  const double one = one_of(counts);
  put_labels(counts, one, confidence, found);
  put_ranking_metrics(counts, one, confidence, found);
  if (!found.has(Metric::kLogLoss)) return found.take();
  const Losses losses = losses_of(counts);
  if (losses.log_loss.of_row.size() < 2) return found.take();
  found.put(Metric::kLogLoss, mean_interval(losses.log_loss, mean_of(losses.wrong_log_loss), confidence), 0, kNoLimit);
  found.put(Metric::kBrier, mean_interval(losses.brier, mean_of(losses.wrong_brier), confidence), 0,
            counts.classes() == 2 ? 1 : 2);
  found.put(Metric::kEce, CalibrationError(counts.certainties(), *found.score(Metric::kEce), confidence).interval(), 0,
            1);
  return found.take();
}

Intervals intervals_of_differences(const ClassificationRows& a, const ClassificationRows& b, double confidence) {
  const Scores scores_a = a.scores(), scores_b = b.scores(), scores = differences(scores_a, scores_b);
  if (a.rows() < 2 || a.sums().weight == 0) return {};
  if (same(a, b)) return no_differences(scores);
  IntervalsOf found(scores);
  const double one = one_of(a);
  put_label_differences(a, b, one, confidence, found);
  put_ranking_differences(a, b, one, confidence, found);
  if (!found.has(Metric::kLogLoss)) return found.take();
  const Losses losses_a = losses_of(a), losses_b = losses_of(b);
  if (losses_a.log_loss.of_row.size() < 2) return found.take();
  found.put(
      Metric::kLogLoss,
      difference_of_losses(losses_a.log_loss, losses_b.log_loss, losses_a.wrong_log_loss, losses_b.wrong_log_loss),
      confidence, -kNoLimit, kNoLimit);
  found.put(Metric::kBrier,
            difference_of_losses(losses_a.brier, losses_b.brier, losses_a.wrong_brier, losses_b.wrong_brier),
            confidence, -kNoLimit, kNoLimit);
  const CalibrationError of_a(a.certainties(), *score_of(scores_a, Metric::kEce), confidence);
  const CalibrationError of_b(b.certainties(), *score_of(scores_b, Metric::kEce), confidence);
  found.put(Metric::kEce, of_a.less(of_b), -1, 1);
  return found.take();
}

Scores differences(const Scores& a, const Scores& b) {
  Scores found;
  for (const auto& [metric, score] : a) {
    if (const auto other = score_of(b, metric)) found.emplace_back(metric, score - *other);
  }
  return found;
}

}  // namespace mdl
