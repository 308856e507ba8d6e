// Scores of a classifier: rows are counted one by one, scores derived on demand. A row counts by its weight, 1 where
// none is given, as with scikit-learn's sample_weight; one of weight 0 counts for nothing, but that its class occurs.
#pragma once

#include <cstdint>
#include <deque>
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
  explicit ClassificationSums(size_t classes)
      : occurs(classes), true_positives(classes), labels(classes), predicted_as(classes), unknown_predicted(classes) {}

  long double weight = 0;    // of all rows
  long double known = 0;     // of those with a known label
  std::vector<bool> occurs;  // by class, then by unknown label: in a row's truth or prediction, whatever it weighs
  // Of the rows with a known label, by class: those predicted right, of this truth, predicted so.
  std::vector<double> true_positives, labels, predicted_as;
  std::vector<double> unknown_labels;     // rows with an unknown label, by label: kUnknown first
  std::vector<double> unknown_predicted;  // predictions of rows with an unknown label, by class
  long double log_loss = 0, brier = 0;    // equal terms, as a trivial model's, round to the same side every time

  /// Rows of a kind that weigh so much together, but for their losses.
  void count(int label, int predicted, double rows);

  /// A class, or an unknown label, occurs.
  void mark(int label);

  std::vector<double> predicted_weights() const;  // by class, of all rows
  std::vector<ClassScores> per_class() const;     // without support

  /// `areas` and `ece` are passed through.
  Scores scores(size_t positive, const RankingMetrics& areas, std::optional<double> ece) const;
};

/// Rows of one class that were predicted as another.
struct Confusion {
  size_t label, predicted;
  int64_t rows;
};

/// What one row with a known label adds to log_loss and brier.
struct RowLosses {
  double log_loss, brier;
};

/// Counts predictions of K classes. Class indices are the model's; a true label that the model does not know is
/// negative: kUnknown, and further such labels the numbers below it. It is wrong whatever is predicted, and a class of its
/// own in the averages; the scores of probabilities (log_loss, brier, ece, roc_auc, average_precision) are of the other
/// rows.
class ClassificationRows {
 public:
  static constexpr int kUnknown = -1;

  /// `positive` is the index of the positive class when there are two classes, else ignored.
  ClassificationRows(size_t classes, size_t positive) : classes_(classes), positive_(positive), sums_(classes) {}

  /// One row: its true class, the predicted class, and the K probabilities.
  void add(int label, int predicted, std::span<const double> probabilities, double weight = 1);

  /// A row of other counts of the same classes.
  void append(const ClassificationRows& from, size_t row);

  int64_t rows() const { return static_cast<int64_t>(labels_.size()); }
  int64_t unknown_rows() const;

  /// counts[truth][predicted] of rows, whatever they weigh; rows with an unknown label are not in it.
  std::vector<std::vector<int64_t>> confusion() const;

  /// The most frequent of the wrong ones among them, so many at most.
  std::vector<Confusion> largest_confusions(size_t most) const;

  /// support counts rows.
  std::vector<ClassScores> per_class() const;

  /// Two classes: precision, recall and f1 are those of the positive class; more: macro averages. As in scikit-learn,
  /// averages are over the classes that occur in truth or prediction, an undefined precision or recall counting 0
  /// there; balanced accuracy is over the classes that occur in truth; roc_auc of more than two classes is the macro
  /// average of one-versus-rest, defined when every class occurs, and so is average_precision; brier of two classes is
  /// the positive class's, of more the sum over classes; log_loss clips probabilities to [2^-52, 1 - 2^-52]; mcc is
  /// undefined where it is 0/0 (one class is true in all rows, or predicted), where scikit-learn says 0; ece is over
  /// ten bins of as many rows each (calibration.h).
  Scores scores() const;

  /// The rows with a known label, ranked by the probability of one class, highest first.
  std::vector<RankedRow> ranked(size_t class_index) const;

  /// The rows with a known label, ranked by what they are calibrated by: of two classes the probability of the positive
  /// one and whether it is true, of more the probability of the predicted class and whether it is right.
  std::vector<RankedRow> certainties() const;

  /// Scores of a model that predicts `label` and the same probabilities for each of these rows.
  Scores constant_scores(int label, std::span<const double> probabilities) const;

  // What a resample of the rows needs; rows by their number, in the order they came.
  size_t classes() const { return classes_; }
  size_t positive() const { return positive_; }
  const ClassificationSums& sums() const { return sums_; }
  int label(size_t row) const { return labels_[row]; }
  bool knows(size_t row) const { return labels_[row] >= 0; }  // its label
  int predicted(size_t row) const { return predicted_[row]; }
  double weight(size_t row) const { return weights_.empty() ? 1 : weights_[row]; }
  bool weighted() const { return !weights_.empty(); }
  double probability(size_t row, size_t class_index) const { return probabilities_[row * classes_ + class_index]; }
  RowLosses losses(size_t row) const {
    return losses(row, static_cast<size_t>(labels_[row]));
  }                                                               // of a row with a known label
  RowLosses losses(size_t row, size_t label) const;               // if that class were true
  RankedRow certainty(size_t row) const;                          // the same
  std::vector<RankedRow> against_rest(size_t class_index) const;  // all rows in the order they came, unknown labels
                                                                  // without weight
  std::vector<size_t> area_classes() const;  // whose areas are averaged: all, or of two the positive one

 private:
  size_t classes_, positive_;
  ClassificationSums sums_;
  // 6 bytes a row, 8 for each class, and 8 where rows have weights.
  std::deque<int32_t> labels_;
  std::deque<uint16_t> predicted_;
  std::deque<double> probabilities_;  // K a row
  std::deque<double> weights_;        // empty: all 1
};

}  // namespace mdl
