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

/// What rows add up to. The scores of all rows, and of a resample of them, are derived from it.
struct ClassificationSums {
  explicit ClassificationSums(size_t classes) : confusion(classes, std::vector<int64_t>(classes)), unknown_predicted(classes) {}

  int64_t rows = 0;
  std::vector<std::vector<int64_t>> confusion;   // [truth][predicted], of the rows with a known label
  std::vector<int64_t> unknown_truths;           // rows with an unknown label, by label: kUnknown first
  std::vector<int64_t> unknown_predicted;        // predictions of rows with an unknown label, by class
  long double log_loss = 0, brier = 0;           // equal terms, as a trivial model's, round to the same side every time

  /// `times` rows of a kind, but for their losses.
  void count(int truth, int predicted, int64_t times);

  int64_t unknown_rows() const;
  std::vector<int64_t> predicted_counts() const;   // by class, of all rows
  std::vector<ClassScores> per_class() const;
  Scores scores(size_t positive, const Areas& areas) const;
};

/// What one row with a known label adds to log_loss and brier.
struct RowLosses {
  double log_loss, brier;
};

/// Counts predictions of K classes. Class indices are the model's; a true label that the model does not know is negative:
/// kUnknown, and further such labels the numbers below it. It is wrong whatever is predicted, a class of its own in the
/// averages, and the scores that need its probability (log_loss, brier, roc_auc, average_precision) are then undefined.
class ClassificationCounts {
 public:
  static constexpr int kUnknown = -1;

  /// `positive` is the index of the positive class when there are two classes, else ignored.
  ClassificationCounts(size_t classes, size_t positive) : classes_(classes), positive_(positive), sums_(classes) {}

  /// One row: its true class, the predicted class, and the K probabilities.
  void add(int truth, int predicted, std::span<const double> probabilities);

  int64_t rows() const { return sums_.rows; }

  /// counts[truth][predicted]; rows with an unknown label are not in it.
  const std::vector<std::vector<int64_t>>& confusion() const { return sums_.confusion; }
  int64_t unknown_rows() const { return sums_.unknown_rows(); }

  std::vector<ClassScores> per_class() const { return sums_.per_class(); }

  /// Two classes: precision, recall and f1 are those of the positive class; more: macro averages. As in scikit-learn,
  /// averages are over the classes that occur in truth or prediction, an undefined precision or recall counting 0 there;
  /// balanced accuracy is over the classes that occur in truth; roc_auc of more than two classes is the macro average of
  /// one-versus-rest, defined when every class occurs, and so is average_precision; brier of two classes is the positive
  /// class's, of more the sum over classes; log_loss clips probabilities to [2^-52, 1 - 2^-52]; mcc is undefined where it is
  /// 0/0 (one class is true in all rows, or predicted), where scikit-learn says 0.
  Scores scores() const;

  /// The rows with a known label, ranked by the probability of one class, highest first.
  std::vector<RankedRow> ranked(size_t class_index) const;

  // What a resample of the rows needs; rows by their number, in the order they came.
  size_t classes() const { return classes_; }
  size_t positive() const { return positive_; }
  const ClassificationSums& sums() const { return sums_; }
  int truth(size_t row) const { return truths_[row]; }
  int predicted(size_t row) const { return predicted_[row]; }
  RowLosses losses(size_t row) const;                                    // of a row with a known label
  std::vector<RankedRow> against_rest(size_t class_index) const;         // ranked(), but in the order the rows came
  std::vector<size_t> area_classes() const;                              // whose areas are averaged: all, or of two the positive one

 private:
  size_t classes_, positive_;
  ClassificationSums sums_;
  std::vector<int32_t> truths_, predicted_;
  std::vector<double> probabilities_;              // K a row
};

}  // namespace mdl
