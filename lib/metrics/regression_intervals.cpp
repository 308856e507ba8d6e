#include <algorithm>
#include <cmath>

#include "metrics/intervals.h"
#include "metrics/mean_interval.h"

namespace mdl {
namespace {

/// What a regression's rows are scored by, in the order they came.
struct Errors {
  explicit Errors(const RegressionRows& counts) {
    const auto rows = static_cast<size_t>(counts.rows());
    long double mean = 0;
    bool weighted = false;
    for (size_t i = 0; i < rows; ++i) {
      const RegressionRow row = counts.row(i);
      weight += row.weight;
      mean += static_cast<long double>(row.weight) * row.label;
      weighted = weighted || row.weight != 1;
    }
    mean /= weight;
    for (size_t i = 0; i < rows; ++i) {
      const RegressionRow row = counts.row(i);
      const auto deviation = static_cast<double>(row.label - mean);
      absolute.of_row.push_back(row.absolute_error);
      relative.of_row.push_back(row.relative_error);
      squared.of_row.push_back(row.absolute_error * row.absolute_error);
      deviations.of_row.push_back(deviation * deviation);
      if (counts.own()) losses.of_row.push_back(row.loss);
      if (weighted) absolute.weights.push_back(row.weight);
    }
    relative.weights = squared.weights = deviations.weights = losses.weights = absolute.weights;
  }

  double weight = 0;
  Values absolute, relative, squared, deviations, losses;
};

/// Of 1 less the ratio of two means that vary together, on a scale of logarithms; `of_squares` is that of the upper
/// one.
std::optional<Interval> r2_interval(const Errors& errors, const Interval& of_squares, double confidence) {
  const double squares = mean_of(errors.squared), deviations = mean_of(errors.deviations), weight = errors.weight;
  if (!(squares > 0) || !(deviations > 0)) return std::nullopt;
  Spread spread;
  for (size_t i = 0; i < errors.squared.of_row.size(); ++i) {
    const double fraction = errors.squared.weight(i) / weight;
    if (fraction == 0) continue;
    spread.add(fraction * (errors.squared.of_row[i] / squares - errors.deviations.of_row[i] / deviations));
  }
  spread.repeat_largest();
  const double reach = spread.reach(confidence), ratio = squares / deviations;
  return Interval{1 - ratio * std::max(std::exp(reach), of_squares.high / squares), 1 - ratio * std::exp(-reach)};
}

/// By the intervals of both medians and how often the rows lie on the same side of them (Donner and Zou 2012).
std::optional<Interval> median_difference(const Values& a, double median_a, const Values& b, double median_b,
                                          double confidence) {
  const auto of_a = median_interval(a, confidence), of_b = median_interval(b, confidence);
  if (!of_a || !of_b) return std::nullopt;
  double together = 0, all = 0;
  for (size_t i = 0; i < a.of_row.size(); ++i) {
    const double square = a.weight(i) * a.weight(i);
    together += (a.of_row[i] > median_a) == (b.of_row[i] > median_b) ? square : -square;
    all += square;
  }
  together /= all;
  const auto reach = [&](double x, double y) { return std::sqrt(std::max(0.0, x * x + y * y - 2 * together * x * y)); };
  const double centre = median_a - median_b;
  return Interval{centre - reach(median_a - of_a->low, of_b->high - median_b),
                  centre + reach(of_a->high - median_a, median_b - of_b->low)};
}

}  // namespace

Intervals intervals_of(const RegressionRows& counts, double confidence) {
  const Scores scores = counts.scores();
  if (counts.rows() < 2 || scores.empty()) return {};
  IntervalsOf found(scores);
  const Errors errors(counts);
  if (const auto interval = heavy_mean_interval(errors.squared, confidence)) {
    found.put(Metric::kRmse, Interval{std::sqrt(interval->low), std::sqrt(interval->high)}, 0, kNoLimit);
    found.put(Metric::kR2, r2_interval(errors, *interval, confidence), -kNoLimit, 1);
  }
  found.put(Metric::kMae, heavy_mean_interval(errors.absolute, confidence), 0, kNoLimit);
  found.put(Metric::kMape, heavy_mean_interval(errors.relative, confidence), 0, kNoLimit);
  found.put(Metric::kMedianAbsoluteError, median_interval(errors.absolute, confidence), 0, kNoLimit);
  if (counts.own() && found.has(*counts.own()))
    found.put(*counts.own(), heavy_mean_interval(errors.losses, confidence), 0, kNoLimit);
  return found.take();
}

Intervals intervals_of_differences(const RegressionRows& a, const RegressionRows& b, double confidence) {
  const Scores scores_a = a.scores(), scores_b = b.scores(), scores = differences(scores_a, scores_b);
  if (a.rows() < 2 || scores.empty()) return {};
  const Errors of_a(a), of_b(b);
  if (of_a.absolute.of_row == of_b.absolute.of_row && of_a.losses.of_row == of_b.losses.of_row)
    return no_differences(scores);
  IntervalsOf found(scores);
  found.put(Metric::kMae, difference_of_means(of_a.absolute, of_b.absolute), confidence, -kNoLimit, kNoLimit);
  found.put(Metric::kMape, difference_of_means(of_a.relative, of_b.relative), confidence, -kNoLimit, kNoLimit);
  if (a.own() && score_of(scores, *a.own()))
    found.put(*a.own(), difference_of_means(of_a.losses, of_b.losses), confidence, -kNoLimit, kNoLimit);
  const auto rmse_a = score_of(scores_a, Metric::kRmse), rmse_b = score_of(scores_b, Metric::kRmse);
  if (rmse_a && rmse_b && tail_has_mean(of_a.squared) && tail_has_mean(of_b.squared)) {
    const double weight = of_a.weight, deviation = mean_of(of_a.deviations), a2 = *rmse_a * *rmse_a,
                 b2 = *rmse_b * *rmse_b;
    Spread rmse{.centre = *rmse_a - *rmse_b}, r2{.centre = (b2 - a2) / deviation};
    for (size_t i = 0; i < of_a.absolute.of_row.size(); ++i) {
      const double fraction = of_a.absolute.weight(i) / weight;
      if (fraction == 0) continue;
      const double of_rmse_a = *rmse_a > 0 ? (of_a.squared.of_row[i] - a2) / (2 * *rmse_a) : 0;
      const double of_rmse_b = *rmse_b > 0 ? (of_b.squared.of_row[i] - b2) / (2 * *rmse_b) : 0;
      rmse.add(fraction * (of_rmse_a - of_rmse_b));
      r2.add(fraction * (of_b.squared.of_row[i] - of_a.squared.of_row[i] - r2.centre * of_a.deviations.of_row[i]) /
             deviation);
    }
    rmse.repeat_largest();
    r2.repeat_largest();
    found.put(Metric::kRmse, rmse, confidence, -kNoLimit, kNoLimit);
    if (deviation > 0) found.put(Metric::kR2, r2, confidence, -kNoLimit, kNoLimit);
  }
  const auto median_a = score_of(scores_a, Metric::kMedianAbsoluteError),
             median_b = score_of(scores_b, Metric::kMedianAbsoluteError);
  if (median_a && median_b) {
    found.put(Metric::kMedianAbsoluteError,
              median_difference(of_a.absolute, *median_a, of_b.absolute, *median_b, confidence), -kNoLimit, kNoLimit);
  }
  return found.take();
}

}  // namespace mdl
