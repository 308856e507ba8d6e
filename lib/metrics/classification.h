// Scores of a classifier: rows are counted one by one, scores derived on demand.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "metrics/curves.h"
#include "metrics/metric.h"

namespace mdl {

/// One class in a report. A score that is undefined is empty.
struct ClassScores {
  std::optional<double> precision, recall, f1;
  int64_t support = 0;
};

/// Counts predictions of K classes. Class indices are the model's; a true label that the model does not know is negative:
/// kUnknown, and further such labels the numbers below it. It is wrong whatever is predicted, a class of its own in the
/// averages, and the scores that need its probability (log_loss, brier, roc_auc, average_precision) are then undefined.
class ClassificationCounts {
 public:
  static constexpr int kUnknown = -1;

  /// `positive` is the index of the positive class when there are two classes, else ignored.
  ClassificationCounts(size_t classes, size_t positive);

  /// One row: its true class, the predicted class, and the K probabilities.
  void add(int truth, int predicted, std::span<const double> probabilities);

  int64_t rows() const { return rows_; }

  /// counts[truth][predicted]; rows with an unknown label are not in it.
  const std::vector<std::vector<int64_t>>& confusion() const { return confusion_; }
  int64_t unknown_rows() const { return unknown_rows_; }

  std::vector<ClassScores> per_class() const;

  /// Two classes: precision, recall and f1 are those of the positive class; more: macro averages. As in scikit-learn,
  /// averages are over the classes that occur in truth or prediction, an undefined precision or recall counting 0 there;
  /// balanced accuracy is over the classes that occur in truth; roc_auc of more than two classes is the macro average of
  /// one-versus-rest, defined when every class occurs, and so is average_precision; brier of two classes is the positive
  /// class's, of more the sum over classes; log_loss clips probabilities to [2^-52, 1 - 2^-52]; mcc is undefined where it is
  /// 0/0 (one class is true in all rows, or predicted), where scikit-learn says 0.
  Scores scores() const;

  /// The rows with a known label, ranked by the probability of one class, highest first.
  std::vector<RankedRow> ranked(size_t class_index) const;

 private:
  std::vector<int64_t> predicted_counts() const;   // by class, of all rows

  size_t positive_;
  int64_t rows_ = 0;
  int64_t unknown_rows_ = 0;
  std::vector<int64_t> unknown_truths_;            // rows with an unknown label, by label: kUnknown first
  std::vector<int64_t> unknown_predicted_;         // predictions of rows with an unknown label, by class
  std::vector<std::vector<int64_t>> confusion_;
  long double log_loss_sum_ = 0;                   // equal terms, as a trivial model's, round to the same side every time
  long double brier_sum_ = 0;
  std::vector<int32_t> truths_;                    // of the rows with a known label
  std::vector<double> probabilities_;              // K a row (two classes: the positive one alone)
};

}  // namespace mdl
