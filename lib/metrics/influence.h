// What each row does to a classifier's scores: the derivative of a score by the row's weight (Hampel 1974).
#pragma once

#include <array>
#include <vector>

#include "metrics/classification.h"

namespace mdl {

/// Of the scores that hang on labels alone: counted first, as ClassificationSums are, then asked.
class LabelInfluence {
 public:
  using Values = std::array<double, static_cast<size_t>(Metric::kMcc) + 1>;  // by metric

  LabelInfluence(size_t classes, size_t positive)
      : positive_(positive), right_of_(classes), labels_(classes), predicted_(classes) {}

  /// Label as in ClassificationRows.
  void count(int label, int predicted, double weight);

  /// Nothing is counted from here on. The scores, 0 where they are undefined, and a row's influence on them, if it
  /// weighs 1.
  const Values& scores();
  Values of(int label, int predicted) const;

 private:
  double precision(size_t k) const { return predicted_[k] > 0 ? right_of_[k] / predicted_[k] : 0; }
  double recall(size_t k) const { return labels_[k] > 0 ? right_of_[k] / labels_[k] : 0; }
  double f1(size_t k) const {
    return labels_[k] + predicted_[k] > 0 ? 2 * right_of_[k] / (labels_[k] + predicted_[k]) : 0;
  }

  size_t positive_;
  std::vector<double> right_of_, labels_, predicted_, unknown_;  // weights by class, and by unknown label
  double weight_ = 0, right_ = 0, true_classes_ = 0;
  double of_truths_ = 0, of_predicted_ = 0;  // of mcc: the weight's square less those of the classes'
  Values scores_{};
};

/// Of the areas of one ranking.
struct AreaInfluence {
  double roc_auc = 0, average_precision = 0;
  double bias = 0;                      // of average_precision, which is too high on few rows; to second order
  double positives = 0, negatives = 0;  // weights
  std::vector<double> of_roc_auc, of_average_precision;  // by row, its weight included
};

/// Of rows in the order of their numbers; there are positive and negative ones that weigh something.
AreaInfluence area_influence(const std::vector<RankedRow>& rows);

}  // namespace mdl
