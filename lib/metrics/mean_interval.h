// Intervals of what is averaged over the rows: losses and errors.
#pragma once

#include <optional>
#include <vector>

#include "metrics/interval.h"

namespace mdl {

/// Numbers of at least 0, a row each, and what they weigh.
struct Values {
  std::vector<double> of_row, weights;  // weights: empty: all 1

  double weight(size_t row) const { return weights.empty() ? 1 : weights[row]; }
};

double mean_of(const Values& values);

/// Of their mean, on a scale of logarithms. The upper end is that of a sample with one more row like the largest, or
/// with half a row that is `worst`: what has not been seen yet is what makes such means too low.
std::optional<Interval> mean_interval(const Values& values, double worst, double confidence);

/// The same where the numbers may have no finite variance: the upper end also holds the mean that they would have if
/// the largest 2 sqrt(rows) were Pareto's, by Hill's index (1975) less its standard error, but at least 1.1. Nothing
/// where that tail has no mean.
std::optional<Interval> heavy_mean_interval(const Values& values, double confidence);

/// Whether the tail's index is 1 or more as far as the rows tell.
bool tail_has_mean(const Values& values);

/// Of their median: the values between which it lies by the interval of the share of rows below it. Nothing of too few
/// rows.
std::optional<Interval> median_interval(const Values& values, double confidence);

/// Of the mean of `a` less that of `b`, values of the same rows, with one row more like that on which they differ most.
Spread difference_of_means(const Values& a, const Values& b);

}  // namespace mdl
