#include "metrics/error_shape.h"

#include <algorithm>
#include <cmath>

#include "metrics/interval.h"

namespace mdl {
namespace {

struct Row {
  double predicted, label, weight;

  double residual() const { return label - predicted; }
};

/// What a picture's arithmetic bears.
double bounded(double value) { return std::clamp(value, -1e300, 1e300); }

Limits limits_of(std::vector<double> values) {
  constexpr double kTail = 0.005, kFar = 2;
  for (double& value : values) value = bounded(value);
  std::sort(values.begin(), values.end());
  const double low = quantile(values, kTail), high = quantile(values, 1 - kTail), margin = (high - low) * 0.05;
  const bool far = high > low && values.back() - values.front() > kFar * (high - low);
  return far ? Limits{std::max(values.front(), low - margin), std::min(values.back(), high + margin)}
             : Limits{values.front(), values.back()};
}

/// The bin of `count` between the limits; `count` where it lies beyond.
size_t bin_of(double value, const Limits& limits, size_t count) {
  value = bounded(value);
  if (value < limits.low || value > limits.high) return count;
  if (limits.high == limits.low) return count / 2;
  const double place = (value - limits.low) / (limits.high - limits.low) * static_cast<double>(count);
  return std::min(count - 1, static_cast<size_t>(place));
}

template <class Value>
void count_into(Density& density, const std::vector<Row>& rows, Value value) {
  const bool points = rows.size() <= ErrorShape::kMostPoints;
  if (!points) density.counts.assign(Density::kAcross * Density::kDown, 0);
  for (const Row& row : rows) {
    const size_t x = bin_of(row.predicted, density.x, Density::kAcross),
                 y = bin_of(value(row), density.y, Density::kDown);
    if (x == Density::kAcross || y == Density::kDown) {
      ++density.outside;
    } else if (!points) {
      ++density.counts[y * Density::kAcross + x];
    }
  }
}

std::vector<ErrorGroup> groups_of(const std::vector<Row>& sorted) {
  constexpr size_t kMost = 10, kLeastRows = 5;
  const size_t most = std::min(kMost, sorted.size() / kLeastRows);
  std::vector<ErrorGroup> groups;
  size_t begin = 0;
  for (size_t k = 1; k <= most && begin < sorted.size(); ++k) {
    size_t end = sorted.size() * k / most;
    while (end < sorted.size() && end > 0 && sorted[end].predicted == sorted[end - 1].predicted) ++end;
    if (end <= begin) continue;
    ErrorGroup group{.lowest = sorted[begin].predicted, .rows = static_cast<int64_t>(end - begin)};
    double weight = 0;
    for (size_t i = begin; i < end; ++i) {
      weight += sorted[i].weight;
      group.mean_predicted += sorted[i].weight * sorted[i].predicted;
      group.mean_residual += sorted[i].weight * sorted[i].residual();
      group.mae += sorted[i].weight * std::abs(sorted[i].residual());
    }
    begin = end;
    if (weight == 0) continue;
    group.mean_predicted /= weight;
    group.mean_residual /= weight;
    group.mae /= weight;
    groups.push_back(group);
  }
  return groups;
}

}  // namespace

ErrorShape error_shape(const RegressionRows& all) {
  ErrorShape shape{.rows = all.rows()};
  std::vector<Row> rows;
  for (size_t i = 0; i < static_cast<size_t>(all.rows()); ++i)
    rows.emplace_back(all.predicted(i), all.row(i).label, all.weight(i));
  if (rows.empty()) return shape;
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.predicted != b.predicted ? a.predicted < b.predicted : a.label < b.label;
  });
  if (rows.size() <= ErrorShape::kMostPoints) {
    for (const Row& row : rows) shape.points.push_back({row.predicted, row.label});
  }
  std::vector<double> values;
  for (const Row& row : rows) values.push_back(row.predicted);
  shape.residuals.x = limits_of(values);
  for (const Row& row : rows) values.push_back(row.label);
  shape.labels.x = shape.labels.y = limits_of(std::move(values));
  values.clear();
  for (const Row& row : rows) values.push_back(row.residual());
  shape.residuals.y = limits_of(std::move(values));
  count_into(shape.labels, rows, [](const Row& row) { return row.label; });
  count_into(shape.residuals, rows, [](const Row& row) { return row.residual(); });
  shape.groups = groups_of(rows);
  shape.bars.assign(ErrorShape::kBars, 0);
  for (const Row& row : rows) {
    const size_t bar = bin_of(row.residual(), shape.residuals.y, ErrorShape::kBars);
    if (bar < ErrorShape::kBars) ++shape.bars[bar];
  }
  return shape;
}

}  // namespace mdl
