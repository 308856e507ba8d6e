#include "metrics/curves.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mdl {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double count_positive(const std::vector<RankedRow>& rows) {
  return static_cast<double>(std::count_if(rows.begin(), rows.end(), [](const RankedRow& row) { return row.positive; }));
}

/// Calls visit(threshold, true positives, false positives) for each distinct score, highest first.
template <class Visit>
void for_each_threshold(const std::vector<RankedRow>& sorted, Visit visit) {
  double hits = 0, false_alarms = 0;
  for (size_t i = 0; i < sorted.size(); ++i) {
    ++(sorted[i].positive ? hits : false_alarms);
    if (i + 1 == sorted.size() || sorted[i + 1].score != sorted[i].score) visit(sorted[i].score, hits, false_alarms);
  }
}

}  // namespace

void sort_by_score(std::vector<RankedRow>& rows) {
  std::sort(rows.begin(), rows.end(), [](const RankedRow& a, const RankedRow& b) { return a.score > b.score; });
}

std::optional<double> roc_auc(const std::vector<RankedRow>& sorted) {
  const double positives = count_positive(sorted);
  const double negatives = static_cast<double>(sorted.size()) - positives;
  if (positives == 0 || negatives == 0) return std::nullopt;
  double area = 0, hits_before = 0, false_alarms_before = 0;
  for_each_threshold(sorted, [&](double, double hits, double false_alarms) {
    area += (false_alarms - false_alarms_before) * (hits + hits_before) / 2;
    hits_before = hits;
    false_alarms_before = false_alarms;
  });
  return area / positives / negatives;
}

std::optional<double> average_precision(const std::vector<RankedRow>& sorted) {
  const double positives = count_positive(sorted);
  if (positives == 0) return std::nullopt;
  double sum = 0, hits_before = 0;
  for_each_threshold(sorted, [&](double, double hits, double false_alarms) {
    sum += (hits - hits_before) * (hits / (hits + false_alarms));
    hits_before = hits;
  });
  return sum / positives;
}

std::vector<CurvePoint> roc_curve(const std::vector<RankedRow>& sorted) {
  const double positives = count_positive(sorted);
  const double negatives = static_cast<double>(sorted.size()) - positives;
  if (positives == 0 || negatives == 0) return {};
  std::vector<CurvePoint> points{{0, 0, kInfinity}};
  for_each_threshold(sorted, [&](double threshold, double hits, double false_alarms) {
    points.push_back({false_alarms / negatives, hits / positives, threshold});
  });
  return points;
}

std::vector<CurvePoint> precision_recall_curve(const std::vector<RankedRow>& sorted) {
  const double positives = count_positive(sorted);
  if (positives == 0) return {};
  std::vector<CurvePoint> points{{0, 1, kInfinity}};
  for_each_threshold(sorted, [&](double threshold, double hits, double false_alarms) {
    points.push_back({hits / positives, hits / (hits + false_alarms), threshold});
  });
  return points;
}

std::vector<CalibrationBin> calibration(const std::vector<RankedRow>& sorted, size_t bins) {
  const size_t n = sorted.size();
  // The upper edge of bin i, by the very operations of numpy.percentile(scores, numpy.linspace(0, 1, bins + 1) * 100):
  // rounded otherwise, an edge that is a row's score would leave the row on its other side.
  const auto edge = [&](size_t i) {
    const double place = static_cast<double>(n - 1) * (static_cast<double>(i) * (1.0 / static_cast<double>(bins)) * 100 / 100);
    const size_t below = static_cast<size_t>(place);
    const double share = place - std::floor(place);
    const double low = sorted[n - 1 - below].score;
    const double high = sorted[n - 1 - std::min(below + 1, n - 1)].score;
    return share < 0.5 ? low + (high - low) * share : high - (high - low) * (1 - share);
  };
  std::vector<CalibrationBin> found;
  size_t bin = 1, current = 0;
  for (auto row = sorted.rbegin(); row != sorted.rend(); ++row) {
    while (bin < bins && edge(bin) < row->score) ++bin;
    if (bin != current) found.push_back({0, 0, 0});
    current = bin;
    found.back().mean_score += row->score;
    found.back().share_positive += row->positive;
    ++found.back().rows;
  }
  for (CalibrationBin& each : found) {
    each.mean_score /= static_cast<double>(each.rows);
    each.share_positive /= static_cast<double>(each.rows);
  }
  return found;
}

}  // namespace mdl
