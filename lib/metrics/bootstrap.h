// Confidence intervals of scores: how much they would differ on other rows of the same kind.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/random.h"
#include "metrics/classification.h"
#include "metrics/metric.h"
#include "metrics/regression.h"

namespace mdl {

struct Interval {
  double low, high;
};

/// In the order of the enum; a score without an interval is not in the list.
using Intervals = std::vector<std::pair<Metric, Interval>>;

/// Intervals that hold the true score with probability `options.confidence`, a number between 0 and 1: of accuracy, and of two
/// classes' precision and recall by Wilson's formula, of every other defined score the percentiles of its values on resamples
/// (Efron 1979). A resample on which a score is undefined is left out; when more than half are, the score has no interval. Nor
/// has any of a single row. What never varies among the rows, such as the f1 of a model that makes no mistake on them, gets an
/// interval without width. Of rows with weights the proportions have percentiles, too. The ece of a resample is too high by about
/// as much as that of the rows, so the percentiles of ece are mirrored at its value (Davison and Hinkley 1997, 5.2.1).
struct BootstrapOptions {
  uint64_t seed = 0;
  double confidence = 0.95;
  double work = 2.5e8;   // about two seconds of one core
  size_t threads = 0;    // at most so many; 0: as many as there are cores. The intervals are the same
};
Intervals bootstrap(const ClassificationCounts& counts, const BootstrapOptions& options);
Intervals bootstrap(const RegressionCounts& counts, const BootstrapOptions& options);

/// Of the scores of `a` less those of `b`, where both were scored on the same rows in the same order: on each resample the same
/// rows are drawn for both, so that what is hard for both does not blur the difference.
Intervals bootstrap_differences(const ClassificationCounts& a, const ClassificationCounts& b, const BootstrapOptions& options);
Intervals bootstrap_differences(const RegressionCounts& a, const RegressionCounts& b, const BootstrapOptions& options);

/// The scores of `a` less those of `b`; a score that one of them lacks is not in the list.
Scores differences(const Scores& a, const Scores& b);

/// Of a - b, where a and b have these intervals and are of models scored apart (Donner and Zou 2012): wider than needed where
/// what is hard for one is hard for the other.
Interval unpaired_difference(double a, const Interval& of_a, double b, const Interval& of_b);

/// numpy.percentile of values in ascending order, at least one; `share` is 0 to 1.
double quantile(const std::vector<double>& sorted, double share);

/// Wilson's score interval (1927) of a proportion; `whole` is at least 1.
Interval wilson(int64_t part, int64_t whole, double confidence);

/// 2,000 resamples, and fewer, at least 200, where (rows + classes) x classes x resamples would pass `work`. A regression counts
/// as one class, and so do two.
size_t resample_count(size_t rows, size_t classes, double work);

/// A resample: as many rows as there are, drawn with replacement. times[i] becomes how often row i was drawn.
void draw(const Random& random, std::span<uint16_t> times);

}  // namespace mdl
