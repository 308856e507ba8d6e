#include "metrics/curves.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mdl {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double weight_of(const std::vector<RankedRow>& rows, bool positive) {
  double sum = 0;
  for (const RankedRow& row : rows) sum += row.positive == positive ? row.weight : 0;
  return sum;
}

/// Adds the areas up from the points of a ranking, highest score first.
class AreaSums {
 public:
  void point(double true_positives, double false_positives) {
    area_ += (false_positives - false_positives_) * (true_positives + true_positives_) / 2;
    if (true_positives > true_positives_)
      precision_ += (true_positives - true_positives_) * (true_positives / (true_positives + false_positives));
    true_positives_ = true_positives;
    false_positives_ = false_positives;
  }

  RankingMetrics areas() const {
    RankingMetrics areas;
    if (true_positives_ > 0 && false_positives_ > 0) areas.roc_auc = area_ / true_positives_ / false_positives_;
    if (true_positives_ > 0) areas.average_precision = precision_ / true_positives_;
    return areas;
  }

 private:
  double true_positives_ = 0, false_positives_ = 0;  // up to the last point
  double area_ = 0, precision_ = 0;
};

/// Empty when one of them is.
std::optional<double> mean(const std::vector<RankingMetrics>& areas, std::optional<double> RankingMetrics::*area) {
  double sum = 0;
  for (const RankingMetrics& each : areas) {
    if (!(each.*area)) return std::nullopt;
    sum += *(each.*area);
  }
  return sum / static_cast<double>(areas.size());
}

}  // namespace

void sort_by_score(std::vector<RankedRow>& rows) {
  std::sort(rows.begin(), rows.end(), [](const RankedRow& a, const RankedRow& b) { return a.score > b.score; });
}

RankingMetrics areas_of(const std::vector<RankedRow>& sorted) {
  AreaSums sums;
  for_each_threshold(sorted, [&](double, double true_positives, double false_positives) {
    sums.point(true_positives, false_positives);
  });
  return sums.areas();
}

std::optional<double> roc_auc(const std::vector<RankedRow>& sorted) { return areas_of(sorted).roc_auc; }

std::optional<double> average_precision(const std::vector<RankedRow>& sorted) {
  return areas_of(sorted).average_precision;
}

RankingMetrics mean_of(const std::vector<RankingMetrics>& areas) {
  return {mean(areas, &RankingMetrics::roc_auc), mean(areas, &RankingMetrics::average_precision)};
}

std::vector<CurvePoint> roc_curve(const std::vector<RankedRow>& sorted) {
  const double positives = weight_of(sorted, true), negatives = weight_of(sorted, false);
  if (positives == 0 || negatives == 0) return {};
  std::vector<CurvePoint> points{{0, 0, kInfinity}};
  for_each_threshold(sorted, [&](double threshold, double true_positives, double false_positives) {
    points.push_back({false_positives / negatives, true_positives / positives, threshold});
  });
  return points;
}

std::vector<CurvePoint> precision_recall_curve(const std::vector<RankedRow>& sorted) {
  const double positives = weight_of(sorted, true);
  if (positives == 0) return {};
  std::vector<CurvePoint> points{{0, 1, kInfinity}};
  for_each_threshold(sorted, [&](double threshold, double true_positives, double false_positives) {
    points.push_back({true_positives / positives, true_positives / (true_positives + false_positives), threshold});
  });
  return points;
}

std::vector<double> calibration_edges(const std::vector<RankedRow>& sorted, size_t bins) {
  const size_t n = sorted.size();
  std::vector<double> edges;
  // By the very operations of numpy.percentile(scores, numpy.linspace(0, 1, bins + 1) * 100): rounded otherwise, an
  // edge that is a row's score would leave the row on its other side.
  for (size_t i = 1; i < bins && n > 0; ++i) {
    const double place = static_cast<double>(n - 1) *
                         (static_cast<double>(i) * (1.0 / static_cast<double>(bins)) * 100 / 100);
    const size_t below = static_cast<size_t>(place);
    const double fraction = place - std::floor(place);
    const double low = sorted[n - 1 - below].score;
    const double high = sorted[n - 1 - std::min(below + 1, n - 1)].score;
    edges.push_back(fraction < 0.5 ? low + (high - low) * fraction : high - (high - low) * (1 - fraction));
  }
  return edges;
}

std::vector<CalibrationBin> calibration(const std::vector<RankedRow>& sorted, size_t bins) {
  const std::vector<double> edges = calibration_edges(sorted, bins);
  std::vector<CalibrationBin> found;
  size_t bin = 0, current = bins;
  for (auto row = sorted.rbegin(); row != sorted.rend(); ++row) {
    while (bin < edges.size() && edges[bin] < row->score) ++bin;
    if (bin != current) found.push_back({0, 0, 0});
    current = bin;
    const double weight = row->weight;
    found.back().mean_score += weight * row->score;
    found.back().share_positive += row->positive ? weight : 0;
    found.back().weight += weight;
    ++found.back().rows;
  }
  std::erase_if(found, [](const CalibrationBin& each) { return each.weight == 0; });
  for (CalibrationBin& each : found) {
    each.mean_score /= each.weight;
    each.share_positive /= each.weight;
  }
  return found;
}

}  // namespace mdl
