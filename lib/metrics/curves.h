// What a ranking of rows by their score tells: areas and curves. Ties are one point, as in scikit-learn; a row counts
// by its weight, as with scikit-learn's sample_weight.
#pragma once

#include <optional>
#include <vector>

namespace mdl {

struct RankedRow {
  double score;
  bool positive;
  double weight = 1;
};

/// A point of a curve: x and y in [0, 1], and the score from which on a row counts as positive there.
struct CurvePoint {
  double x, y, threshold;
};

/// Highest score first; what the functions below expect.
void sort_by_score(std::vector<RankedRow>& rows);

/// Calls visit(threshold, weight of true positives, of false positives) for each distinct score, highest first.
template <class Visit>
void for_each_threshold(const std::vector<RankedRow>& sorted, Visit visit) {
  double true_positives = 0, false_positives = 0;
  for (size_t i = 0; i < sorted.size(); ++i) {
    (sorted[i].positive ? true_positives : false_positives) += sorted[i].weight;
    if (i + 1 == sorted.size() || sorted[i + 1].score != sorted[i].score)
      visit(sorted[i].score, true_positives, false_positives);
  }
}

/// Empty when the rows are all positive or all negative.
std::optional<double> roc_auc(const std::vector<RankedRow>& sorted);

/// Sum of precision times the step in recall. Empty when no row is positive.
std::optional<double> average_precision(const std::vector<RankedRow>& sorted);

/// Both of the above.
struct RankingMetrics {
  std::optional<double> roc_auc, average_precision;
};
RankingMetrics areas_of(const std::vector<RankedRow>& sorted);

/// The mean of several classes' areas; empty where one of them is.
RankingMetrics mean_of(const std::vector<RankingMetrics>& areas);

/// x: false positive rate, y: true positive rate, from (0, 0) at an infinite threshold to (1, 1), a point for every
/// distinct score; empty when one class is absent.
std::vector<CurvePoint> roc_curve(const std::vector<RankedRow>& sorted);

/// x: recall, y: precision, from (0, 1) at an infinite threshold down to the lowest score; empty when no row is
/// positive.
std::vector<CurvePoint> precision_recall_curve(const std::vector<RankedRow>& sorted);

/// Rows with about the same score: how often they are positive, against what was predicted.
struct CalibrationBin {
  double mean_score, share_positive;
  size_t rows;
  double weight = 0;  // of the rows together
};

/// At most `bins` bins with as many rows each, lowest score first; rows with the same score stay together.
/// scikit-learn's calibration_curve with strategy="quantile".
std::vector<CalibrationBin> calibration(const std::vector<RankedRow>& sorted, size_t bins = 10);

/// The highest score that belongs to each of those bins but the last.
std::vector<double> calibration_edges(const std::vector<RankedRow>& sorted, size_t bins = 10);

}  // namespace mdl
