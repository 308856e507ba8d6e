#include "metrics/bootstrap.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <numbers>
#include <numeric>
#include <thread>

#include "base/workers.h"
#include "metrics/calibration.h"

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

/// Scores of a resample; called by several threads at once.
using Rescore = std::function<Scores(std::span<const uint16_t>)>;

/// What `rescore` says of resamples, in no order.
std::map<Metric, std::vector<double>> resample(size_t rows, size_t resamples, const BootstrapOptions& options, const Rescore& rescore) {
  constexpr size_t kMostThreads = 8, kRowsWorthAThread = 1'000'000;
  const size_t most = options.threads > 0 ? options.threads : std::clamp<size_t>(std::thread::hardware_concurrency(), 1, kMostThreads);
  Workers workers(std::clamp<size_t>(rows * resamples / kRowsWorthAThread, 1, most));
  std::vector<std::map<Metric, std::vector<double>>> values(workers.count());
  workers.run([&](size_t worker) {
    std::vector<uint16_t> times(rows);
    for (size_t i = worker; i < resamples; i += workers.count()) {
      draw(Random(options.seed, Purpose::kBootstrap, static_cast<uint32_t>(i)), times);
      for (const auto& [metric, value] : rescore(times)) values[worker][metric].push_back(value);
    }
  });
  for (size_t worker = 1; worker < values.size(); ++worker) {
    for (const auto& [metric, found] : values[worker]) values[0][metric].insert(values[0][metric].end(), found.begin(), found.end());
  }
  return std::move(values[0]);
}

/// Percentile intervals of `scores`, from what `rescore` says of resamples.
Intervals percentiles(const Scores& scores, size_t rows, size_t resamples, const BootstrapOptions& options, const Rescore& rescore) {
  std::map<Metric, std::vector<double>> values = resample(rows, resamples, options, rescore);
  Intervals intervals;
  for (const auto& [metric, whole] : scores) {
    std::vector<double>& found = values[metric];
    if (found.size() * 2 < resamples) continue;
    std::sort(found.begin(), found.end());
    intervals.push_back({metric, {quantile(found, (1 - options.confidence) / 2), quantile(found, (1 + options.confidence) / 2)}});
  }
  return intervals;
}

/// Scores of resamples of a classifier's rows.
class ClassificationResampler {
 public:
  explicit ClassificationResampler(const ClassificationCounts& counts) : counts_(counts) {
    std::map<std::pair<int, int>, uint32_t> kinds;
    const auto rows = static_cast<size_t>(counts.rows());
    for (size_t i = 0; i < rows; ++i) {
      const std::pair kind(counts.truth(i), counts.predicted(i));
      const auto [found, fresh] = kinds.try_emplace(kind, kinds.size());
      if (fresh) kinds_.push_back(kind);
      kind_of_row_.push_back(found->second);
      if (counts.weighted()) weights_.push_back(counts.weight(i));
    }
    if (counts.sums().has_unknown()) return;
    for (const size_t k : counts.area_classes()) rankings_.emplace_back(counts.against_rest(k));
    const std::vector<double> edges = calibration_edges(counts.certainties());
    bins_ = edges.size() + 1;
    for (size_t i = 0; i < rows; ++i) {
      const RowLosses losses = counts.truth(i) < 0 ? RowLosses{} : counts.losses(i);   // an unknown label has no weight here
      const RankedRow certain = counts.certainty(i);
      const auto bin = static_cast<size_t>(std::lower_bound(edges.begin(), edges.end(), certain.score) - edges.begin());
      terms_.push_back({losses.log_loss, losses.brier, certain.score - certain.positive, bin});
    }
  }

  Scores scores(std::span<const uint16_t> times) const {
    std::vector<double> rows_of_kind(kinds_.size()), off(bins_);
    std::vector<char> drawn(kinds_.size());
    double log_loss = 0, brier = 0;
    for (size_t i = 0; i < times.size(); ++i) {
      const double rows = weights_.empty() ? times[i] : times[i] * weights_[i];
      rows_of_kind[kind_of_row_[i]] += rows;
      drawn[kind_of_row_[i]] |= times[i] > 0;
      if (terms_.empty()) continue;
      const Terms& row = terms_[i];
      log_loss += rows * row.log_loss;
      brier += rows * row.brier;
      off[row.bin] += rows * row.off;
    }
    ClassificationSums sums(counts_.classes());
    for (size_t i = 0; i < kinds_.size(); ++i) {
      if (drawn[i]) sums.count(kinds_[i].first, kinds_[i].second, rows_of_kind[i]);
    }
    sums.log_loss = log_loss;
    sums.brier = brier;
    std::vector<Areas> areas;
    for (const Ranking& ranking : rankings_) areas.push_back(ranking.areas(times));
    double ece = 0;
    for (const double bin : off) ece += std::abs(bin) / static_cast<double>(sums.weight);
    return sums.scores(counts_.positive(), rankings_.empty() ? Areas() : mean_of(areas), ece);
  }

 private:
  struct Terms {
    double log_loss, brier, off;   // off: what was predicted less what is true
    size_t bin;                    // of calibration
  };

  const ClassificationCounts& counts_;
  std::vector<std::pair<int, int>> kinds_;   // of rows: truth and prediction
  std::vector<uint32_t> kind_of_row_;
  std::vector<double> weights_;               // empty: all 1
  std::vector<Terms> terms_;                 // empty where a label is unknown, and so are the rankings
  std::vector<Ranking> rankings_;
  size_t bins_ = 0;
};

/// Scores of resamples of a regression's rows.
class RegressionResampler {
 public:
  explicit RegressionResampler(const RegressionCounts& counts) : rows_(counts.sorted()) {}

  Scores scores(std::span<const uint16_t> times) const {
    RegressionSums sums;
    for (const RegressionRow& row : rows_) sums.add(row, times[row.number]);
    return sums.scores(median_absolute_error(rows_, times));
  }

 private:
  std::vector<RegressionRow> rows_;   // by rising error
};

template <class Resampler, class Counts>
Intervals paired(const Counts& a, const Counts& b, size_t classes, const BootstrapOptions& options) {
  const auto rows = static_cast<size_t>(a.rows());
  if (rows < 2) return {};
  const Resampler of_a(a), of_b(b);
  return percentiles(differences(a.scores(), b.scores()), rows, resample_count(rows, classes, options.work), options,
                     [&](std::span<const uint16_t> times) { return differences(of_a.scores(times), of_b.scores(times)); });
}

}  // namespace

double quantile(const std::vector<double>& sorted, double share) {
  const double place = static_cast<double>(sorted.size() - 1) * share;
  const auto below = static_cast<size_t>(place);
  return std::lerp(sorted[below], sorted[std::min(below + 1, sorted.size() - 1)], place - static_cast<double>(below));
}

Intervals bootstrap(const ClassificationCounts& counts, const BootstrapOptions& options) {
  const auto rows = static_cast<size_t>(counts.rows());
  if (rows < 2) return {};
  const ClassificationResampler resampler(counts);
  const Scores scores = counts.scores();
  Intervals intervals = percentiles(scores, rows, resample_count(rows, counts.classes(), options.work), options,
                                    [&](std::span<const uint16_t> times) { return resampler.scores(times); });
  const std::vector<double>& hits = counts.sums().hits;
  double right = 0;
  for (size_t k = 0; k < counts.classes(); ++k) right += hits[k];
  const size_t positive = counts.positive();
  const bool proportions = !counts.weighted(), binary = counts.classes() == 2;
  for (auto& [metric, interval] : intervals) {
    const auto share = [&](double part, double whole) { return wilson(std::llround(part), std::llround(whole), options.confidence); };
    if (metric == Metric::kAccuracy && proportions) interval = share(right, static_cast<double>(rows));
    const auto hits_of = [&](const std::vector<double>& wholes) { return share(hits[positive], wholes[positive]); };
    if (metric == Metric::kPrecision && proportions && binary) interval = hits_of(counts.sums().predicted_weights());
    if (metric == Metric::kRecall && proportions && binary) interval = hits_of(counts.sums().truths);
    if (metric == Metric::kEce) {
      const double value = *score_of(scores, metric);
      interval = {std::clamp(2 * value - interval.high, 0.0, value), std::max(2 * value - interval.low, value)};
    }
  }
  return intervals;
}

Intervals bootstrap(const RegressionCounts& counts, const BootstrapOptions& options) {
  const auto rows = static_cast<size_t>(counts.rows());
  if (rows < 2) return {};
  const RegressionResampler resampler(counts);
  return percentiles(counts.scores(), rows, resample_count(rows, 1, options.work), options,
                     [&](std::span<const uint16_t> times) { return resampler.scores(times); });
}

Intervals bootstrap_differences(const ClassificationCounts& a, const ClassificationCounts& b, const BootstrapOptions& options) {
  return paired<ClassificationResampler>(a, b, std::max(a.classes(), b.classes()), options);
}

Intervals bootstrap_differences(const RegressionCounts& a, const RegressionCounts& b, const BootstrapOptions& options) {
  return paired<RegressionResampler>(a, b, 1, options);
}

Scores differences(const Scores& a, const Scores& b) {
  Scores found;
  for (const auto& [metric, score] : a) {
    if (const auto other = score_of(b, metric)) found.emplace_back(metric, score - *other);
  }
  return found;
}

Interval unpaired_difference(double a, const Interval& of_a, double b, const Interval& of_b) {
  return {a - b - std::hypot(a - of_a.low, of_b.high - b), a - b + std::hypot(of_a.high - a, b - of_b.low)};
}

Interval wilson(int64_t part, int64_t whole, double confidence) {
  const double z = normal_quantile(confidence), n = static_cast<double>(whole), share = static_cast<double>(part) / n;
  const double middle = share + z * z / (2 * n), reach = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
  const double scale = 1 + z * z / n;
  return {part == 0 ? 0 : (middle - reach) / scale, part == whole ? 1 : (middle + reach) / scale};
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
