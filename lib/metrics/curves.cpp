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
  void point(double hits, double false_alarms) {
    area_ += (false_alarms - false_alarms_) * (hits + hits_) / 2;
    if (hits > hits_) precision_ += (hits - hits_) * (hits / (hits + false_alarms));
    hits_ = hits;
    false_alarms_ = false_alarms;
  }

  Areas areas() const {
    Areas areas;
    if (hits_ > 0 && false_alarms_ > 0) areas.roc_auc = area_ / hits_ / false_alarms_;
    if (hits_ > 0) areas.average_precision = precision_ / hits_;
    return areas;
  }

 private:
  double hits_ = 0, false_alarms_ = 0;   // up to the last point
  double area_ = 0, precision_ = 0;
};

/// Empty when one of them is.
std::optional<double> mean(const std::vector<Areas>& areas, std::optional<double> Areas::*area) {
  double sum = 0;
  for (const Areas& each : areas) {
    if (!(each.*area)) return std::nullopt;
    sum += *(each.*area);
  }
  return sum / static_cast<double>(areas.size());
}

}  // namespace

void sort_by_score(std::vector<RankedRow>& rows) {
  std::sort(rows.begin(), rows.end(), [](const RankedRow& a, const RankedRow& b) { return a.score > b.score; });
}

Areas areas_of(const std::vector<RankedRow>& sorted) {
  AreaSums sums;
  for_each_threshold(sorted, [&](double, double hits, double false_alarms) { sums.point(hits, false_alarms); });
  return sums.areas();
}

std::optional<double> roc_auc(const std::vector<RankedRow>& sorted) { return areas_of(sorted).roc_auc; }

std::optional<double> average_precision(const std::vector<RankedRow>& sorted) { return areas_of(sorted).average_precision; }

Areas mean_of(const std::vector<Areas>& areas) { return {mean(areas, &Areas::roc_auc), mean(areas, &Areas::average_precision)}; }

std::vector<CurvePoint> roc_curve(const std::vector<RankedRow>& sorted) {
  const double positives = weight_of(sorted, true), negatives = weight_of(sorted, false);
  if (positives == 0 || negatives == 0) return {};
  std::vector<CurvePoint> points{{0, 0, kInfinity}};
  for_each_threshold(sorted, [&](double threshold, double hits, double false_alarms) {
    points.push_back({false_alarms / negatives, hits / positives, threshold});
  });
  return points;
}

std::vector<CurvePoint> precision_recall_curve(const std::vector<RankedRow>& sorted) {
  const double positives = weight_of(sorted, true);
  if (positives == 0) return {};
  std::vector<CurvePoint> points{{0, 1, kInfinity}};
  for_each_threshold(sorted, [&](double threshold, double hits, double false_alarms) {
    points.push_back({hits / positives, hits / (hits + false_alarms), threshold});
  });
  return points;
}

std::vector<double> calibration_edges(const std::vector<RankedRow>& sorted, size_t bins) {
  const size_t n = sorted.size();
  std::vector<double> edges;
  // By the very operations of numpy.percentile(scores, numpy.linspace(0, 1, bins + 1) * 100): rounded otherwise, an edge that
  // is a row's score would leave the row on its other side.
  for (size_t i = 1; i < bins && n > 0; ++i) {
    const double place = static_cast<double>(n - 1) * (static_cast<double>(i) * (1.0 / static_cast<double>(bins)) * 100 / 100);
    const size_t below = static_cast<size_t>(place);
    const double share = place - std::floor(place);
    const double low = sorted[n - 1 - below].score;
    const double high = sorted[n - 1 - std::min(below + 1, n - 1)].score;
    edges.push_back(share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share));
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
