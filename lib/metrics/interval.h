// Confidence intervals: how much a score would differ on other rows of the same kind.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "metrics/metric.h"

namespace mdl {

struct Interval {
  double low, high;
};

/// In the order of the enum; a score without an interval is not in the list.
using Intervals = std::vector<std::pair<Metric, Interval>>;

/// What is left of a score's rows once they are summed: where it stands, and how far a sample of as many rows may lead
/// it astray. A row's influence is what the score moves by, to first order, as the row goes from not counting to
/// counting (Hampel 1974).
struct Spread {
  double centre = 0;
  double rows = 0;
  double second = 0, fourth = 0;  // sums of the influences' powers
  double largest = 0;             // the largest square of one

  void add(double influence) {
    const double square = influence * influence;
    rows += 1;
    second += square;
    fourth += square * square;
    largest = square > largest ? square : largest;
  }

  /// One row more like that with the largest influence, since such a row may have been missed.
  void repeat_largest() {
    rows += 1;
    second += largest;
    fourth += largest * largest;
  }

  /// So many rows that were not seen; they tell nothing of how well the variance is known.
  void suppose(double influence, double times) { second += times * influence * influence; }

  /// Half of the interval's width: Student's quantile times the standard error. Its degrees of freedom are those of the
  /// variance as it was found (Satterthwaite 1946, by the fourth moment): few where few rows decide.
  double reach(double confidence) const;
};

/// The intervals of scores as they are found. An interval holds its score and ends where scores do.
class IntervalsOf {
 public:
  explicit IntervalsOf(Scores scores) : scores_(std::move(scores)) {}

  std::optional<double> score(Metric metric) const { return score_of(scores_, metric); }
  bool has(Metric metric) const { return score(metric).has_value(); }

  /// Nothing is kept of a score that there is not; a later interval replaces an earlier one.
  void put(Metric metric, const Interval& interval, double least, double most);
  void put(Metric metric, const std::optional<Interval>& interval, double least, double most);
  void put(Metric metric, const Spread& spread, double confidence, double least, double most);

  Intervals take() const { return {found_.begin(), found_.end()}; }

 private:
  Scores scores_;
  std::map<Metric, Interval> found_;
};

/// Of models that answer alike on every row.
Intervals no_differences(const Scores& differences);

inline constexpr double kNoLimit = std::numeric_limits<double>::infinity();

/// The z for which a standard normal number lies within -z..z with probability `confidence`.
double normal_quantile(double confidence);

/// The same of Student's distribution, by Cornish and Fisher's expansion, which is good to a few percent from two
/// degrees on.
double student_quantile(double confidence, double degrees);

/// The exact interval of a proportion (Clopper and Pearson 1934); `whole` is above 0 and counts rows that weigh the
/// same. Wilson's, which is narrower, misses a share of 0.99 of 100 rows on one side 8 times of 100.
Interval proportion(double part, double whole, double confidence);

/// numpy.percentile of values in ascending order, at least one; `fraction` is 0 to 1.
double quantile(const std::vector<double>& sorted, double fraction);

/// Of a - b, where a and b have these intervals and are of models scored apart (Donner and Zou 2012): wider than needed
/// where what is hard for one is hard for the other.
Interval unpaired_difference(double a, const Interval& of_a, double b, const Interval& of_b);

}  // namespace mdl
