#include "metrics/mean_interval.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mdl {
namespace {

/// A mean, and its standard error times Student's quantile as a share of it.
struct Mean {
  double mean = 0, reach = 0;
};

/// With `more` rows of `value` beside the others, of which `seen` says whether one stands for what the others show.
Mean with_rows(const Values& values, double value, double more, bool seen, double confidence) {
  const size_t rows = values.of_row.size();
  double weight = 0, sum = 0, squares = 0;
  for (size_t i = 0; i < rows; ++i) {
    weight += values.weight(i);
    sum += values.weight(i) * values.of_row[i];
    squares += values.weight(i) * values.weight(i);
  }
  const double one = squares / weight;  // what a row weighs
  weight += more * one;
  sum += more * one * value;
  Mean found{.mean = sum / weight};
  if (found.mean == 0) return found;
  Spread spread;
  for (size_t i = 0; i < rows; ++i) {
    if (values.weight(i) > 0) spread.add(values.weight(i) * (values.of_row[i] - found.mean) / weight);
  }
  if (seen) {
    spread.add(one * (value - found.mean) / weight);
  } else {
    spread.suppose(one * (value - found.mean) / weight, more);
  }
  found.reach = spread.reach(confidence) / found.mean;
  return found;
}

/// Rows with weight, largest value first.
std::vector<uint32_t> by_size(const Values& values) {
  std::vector<uint32_t> order(values.of_row.size());
  std::iota(order.begin(), order.end(), 0);
  std::erase_if(order, [&](uint32_t row) { return values.weight(row) == 0; });
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return values.of_row[a] > values.of_row[b]; });
  return order;
}

/// The largest values, beyond `edge`, as a Pareto distribution.
struct Tail {
  double edge, weight;
  double index, error;  // Hill's index and its standard error
};

/// Of rows by size; nothing where their largest values are alike, or too few to say.
std::optional<Tail> tail_of(const Values& values, const std::vector<uint32_t>& order) {
  const auto rows = static_cast<size_t>(2 * std::sqrt(static_cast<double>(order.size())));
  if (order.size() <= rows || values.of_row[order[rows]] == 0) return std::nullopt;
  Tail tail{.edge = values.of_row[order[rows]], .weight = 0};
  double logs = 0;
  for (size_t i = 0; i < rows; ++i) {
    tail.weight += values.weight(order[i]);
    logs += values.weight(order[i]) * std::log(values.of_row[order[i]] / tail.edge);
  }
  if (logs == 0) return std::nullopt;
  tail.index = tail.weight / logs;
  tail.error = tail.index / std::sqrt(static_cast<double>(rows));
  return tail;
}

}  // namespace

double mean_of(const Values& values) {
  double weight = 0, sum = 0;
  for (size_t i = 0; i < values.of_row.size(); ++i) {
    weight += values.weight(i);
    sum += values.weight(i) * values.of_row[i];
  }
  return sum / weight;
}

std::optional<Interval> mean_interval(const Values& values, double worst, double confidence) {
  double largest = 0;
  for (size_t i = 0; i < values.of_row.size(); ++i) {
    if (values.weight(i) > 0) largest = std::max(largest, values.of_row[i]);
  }
  const Mean here = with_rows(values, 0, 0, /*seen=*/false, confidence);
  const Mean beyond = with_rows(values, largest, 1, /*seen=*/true, confidence),
             unseen = with_rows(values, worst, 0.5, /*seen=*/false, confidence);
  const double high = std::max(beyond.mean * std::exp(beyond.reach), unseen.mean * std::exp(unseen.reach));
  if (high == 0) return std::nullopt;
  return Interval{here.mean * std::exp(-here.reach), high};
}

bool tail_has_mean(const Values& values) {
  const std::optional<Tail> tail = tail_of(values, by_size(values));
  return !tail || tail->index + tail->error >= 1;
}

std::optional<Interval> heavy_mean_interval(const Values& values, double confidence) {
  constexpr double kLeastIndex = 1.1;
  std::optional<Interval> interval = mean_interval(values, 0, confidence);
  const std::vector<uint32_t> order = by_size(values);
  const std::optional<Tail> tail = tail_of(values, order);
  if (!interval || !tail) return interval;
  if (tail->index + tail->error < 1) return std::nullopt;
  const double index = std::max(tail->index - tail->error, kLeastIndex);
  double weight = 0, body = 0;  // all that lies beyond the edge counts as the edge in the body
  for (const uint32_t row : order) {
    weight += values.weight(row);
    body += values.weight(row) * std::min(values.of_row[row], tail->edge);
  }
  body /= weight;
  Spread spread;
  for (const uint32_t row : order)
    spread.add(values.weight(row) * (std::min(values.of_row[row], tail->edge) - body) / weight);
  interval->high = std::max(interval->high,
                            body + tail->weight / weight * tail->edge / (index - 1) + spread.reach(confidence));
  return interval;
}

std::optional<Interval> median_interval(const Values& values, double confidence) {
  const std::vector<uint32_t> order = by_size(values);
  double weight = 0, squares = 0;
  for (const uint32_t row : order) {
    weight += values.weight(row);
    squares += values.weight(row) * values.weight(row);
  }
  const double rows = weight * weight / squares;
  const Interval fraction = proportion(rows / 2, rows, confidence);
  if (rows * fraction.low < 1) return std::nullopt;
  Interval interval{};
  double seen = 0;
  bool low = false, high = false;
  for (auto row = order.rbegin(); row != order.rend() && !high; ++row) {
    seen += values.weight(*row) / weight;
    // The first value that more than the lower share of the rows lies at or below, and the first beyond the upper
    // share.
    if (!low && seen >= fraction.low) interval.low = values.of_row[*row], low = true;
    if (seen > fraction.high) interval.high = values.of_row[*row], high = true;
  }
  if (!low || !high) return std::nullopt;
  return interval;
}

Spread difference_of_means(const Values& a, const Values& b) {
  double weight = 0, sum = 0;
  for (size_t i = 0; i < a.of_row.size(); ++i) {
    weight += a.weight(i);
    sum += a.weight(i) * (a.of_row[i] - b.of_row[i]);
  }
  Spread spread{.centre = sum / weight};
  for (size_t i = 0; i < a.of_row.size(); ++i) {
    if (a.weight(i) > 0) spread.add(a.weight(i) * (a.of_row[i] - b.of_row[i] - spread.centre) / weight);
  }
  spread.repeat_largest();
  return spread;
}

}  // namespace mdl
