#include "metrics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>
#include <numeric>

namespace mdl {
namespace {

/// The z for which a standard normal number lies within -z..z with probability `confidence`: Newton's steps from 0 approach it
/// from below.
double normal_quantile(double confidence) {
  double z = 0;
  for (double step = 1; step > 1e-15 * z;) {
    step = (std::erfc(z / std::numbers::sqrt2) - (1 - confidence)) * std::sqrt(std::numbers::pi / 2) * std::exp(z * z / 2);
    z += step;
  }
  return z;
}

/// numpy.percentile of sorted values, as a share.
double quantile(const std::vector<double>& sorted, double share) {
  const double place = static_cast<double>(sorted.size() - 1) * share;
  const auto below = static_cast<size_t>(place);
  return std::lerp(sorted[below], sorted[std::min(below + 1, sorted.size() - 1)], place - static_cast<double>(below));
}

/// Percentile intervals of `scores`, from what `score` says of resamples.
Intervals percentiles(const Scores& scores, size_t rows, size_t resamples, uint64_t seed, double confidence,
                      const std::function<Scores(std::span<const uint16_t>)>& score) {
  std::map<Metric, std::vector<double>> values;
  std::vector<uint16_t> times(rows);
  for (size_t i = 0; i < resamples; ++i) {
    draw(Random(seed, Purpose::kBootstrap, static_cast<uint32_t>(i)), times);
    for (const auto& [metric, value] : score(times)) values[metric].push_back(value);
  }
  Intervals intervals;
  for (const auto& [metric, whole] : scores) {
    std::vector<double>& found = values[metric];
    if (found.size() * 2 < resamples) continue;
    std::sort(found.begin(), found.end());
    intervals.push_back({metric, {quantile(found, (1 - confidence) / 2), quantile(found, (1 + confidence) / 2)}});
  }
  return intervals;
}

/// Scores of resamples of a classifier's rows.
class ClassificationResampler {
 public:
  explicit ClassificationResampler(const ClassificationCounts& counts) : counts_(counts) {
    std::map<std::pair<int, int>, uint32_t> kinds;
    for (size_t i = 0; i < static_cast<size_t>(counts.rows()); ++i) {
      const std::pair kind(counts.truth(i), counts.predicted(i));
      const auto [found, fresh] = kinds.try_emplace(kind, kinds.size());
      if (fresh) kinds_.push_back(kind);
      kind_of_row_.push_back(found->second);
    }
    if (counts.unknown_rows() > 0) return;
    for (const size_t k : counts.area_classes()) rankings_.emplace_back(counts.against_rest(k));
    for (size_t i = 0; i < kind_of_row_.size(); ++i) losses_.push_back(counts.losses(i));
  }

  Scores scores(std::span<const uint16_t> times) const {
    std::vector<int64_t> rows_of_kind(kinds_.size());
    for (size_t i = 0; i < times.size(); ++i) rows_of_kind[kind_of_row_[i]] += times[i];
    ClassificationSums sums(counts_.classes());
    for (size_t i = 0; i < kinds_.size(); ++i) sums.count(kinds_[i].first, kinds_[i].second, rows_of_kind[i]);
    double log_loss = 0, brier = 0;
    for (size_t i = 0; i < losses_.size(); ++i) {
      log_loss += times[i] * losses_[i].log_loss;
      brier += times[i] * losses_[i].brier;
    }
    sums.log_loss = log_loss;
    sums.brier = brier;
    std::vector<Areas> areas;
    for (const Ranking& ranking : rankings_) areas.push_back(ranking.areas(times));
    return sums.scores(counts_.positive(), mean_of(areas));
  }

 private:
  const ClassificationCounts& counts_;
  std::vector<std::pair<int, int>> kinds_;   // of rows: truth and prediction
  std::vector<uint32_t> kind_of_row_;
  std::vector<RowLosses> losses_;            // empty where a label is unknown, and so are the rankings
  std::vector<Ranking> rankings_;
};

/// Scores of resamples of a regression's rows; `rows` by rising error.
Scores regression_scores(const std::vector<RegressionRow>& rows, std::span<const uint16_t> times) {
  RegressionSums sums;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (times[i] > 0) sums.add(rows[i], times[i]);
  }
  // The middle row, or the two in the middle.
  size_t seen = 0, i = 0;
  while (seen <= (rows.size() - 1) / 2) seen += times[i++];
  const double low = rows[i - 1].absolute_error;
  while (seen <= rows.size() / 2) seen += times[i++];
  return sums.scores(std::midpoint(low, rows[i - 1].absolute_error));
}

}  // namespace

Intervals bootstrap(const ClassificationCounts& counts, const BootstrapOptions& options) {
  const auto rows = static_cast<size_t>(counts.rows());
  if (rows < 2) return {};
  const ClassificationResampler resampler(counts);
  Intervals intervals = percentiles(counts.scores(), rows, resample_count(rows, counts.classes(), options.work), options.seed, options.confidence,
                                    [&](std::span<const uint16_t> times) { return resampler.scores(times); });
  int64_t right = 0;
  for (size_t k = 0; k < counts.classes(); ++k) right += counts.confusion()[k][k];
  const size_t positive = counts.positive();
  const bool binary = counts.classes() == 2;
  for (auto& [metric, interval] : intervals) {
    const auto of = [&](int64_t whole) { return wilson(counts.confusion()[positive][positive], whole, options.confidence); };
    if (metric == Metric::kAccuracy) interval = wilson(right, counts.rows(), options.confidence);
    if (metric == Metric::kPrecision && binary) interval = of(counts.sums().predicted_counts()[positive]);
    if (metric == Metric::kRecall && binary) interval = of(counts.per_class()[positive].support);
  }
  return intervals;
}

Intervals bootstrap(const RegressionCounts& counts, const BootstrapOptions& options) {
  if (counts.rows() < 2) return {};
  std::vector<RegressionRow> rows = counts.each();
  std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.absolute_error < b.absolute_error; });
  return percentiles(counts.scores(), rows.size(), resample_count(rows.size(), 1, options.work), options.seed, options.confidence,
                     [&](std::span<const uint16_t> times) { return regression_scores(rows, times); });
}

Interval wilson(int64_t part, int64_t whole, double confidence) {
  const double z = normal_quantile(confidence), n = static_cast<double>(whole), share = static_cast<double>(part) / n;
  const double middle = share + z * z / (2 * n), reach = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  return {std::max(0.0, (middle - reach) / scale), std::min(1.0, (middle + reach) / scale)};
}

size_t resample_count(size_t rows, size_t classes, double work) {
  const double width = classes == 2 ? 1 : static_cast<double>(classes);
  return static_cast<size_t>(std::clamp(work / ((static_cast<double>(rows) + width) * width), 200.0, 2000.0));
}

void draw(const Random& random, std::span<uint16_t> times) {
  constexpr size_t kBlocks = 256;
  uint32_t words[4 * kBlocks];
  const uint64_t rows = times.size();
  std::fill(times.begin(), times.end(), 0);
  for (size_t drawn = 0; drawn < rows; drawn += 4 * kBlocks) {
    random.fill(drawn / 4, kBlocks, words);
    const size_t wanted = std::min<size_t>(4 * kBlocks, rows - drawn);
    // The high half of a 32x32-bit product: uniform among the rows.
    for (size_t i = 0; i < wanted; ++i) ++times[words[i] * rows >> 32];
  }
}

}  // namespace mdl
