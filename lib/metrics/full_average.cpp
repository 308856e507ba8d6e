#include "metrics/full_average.h"

#include <algorithm>
#include <optional>

namespace mdl {
namespace {

/// The mean over the networks; nothing where one of them has no such score.
std::optional<double> mean_score(const std::vector<Scores>& of_one, Metric metric) {
  double sum = 0;
  for (const Scores& scores : of_one) {
    const auto score = score_of(scores, metric);
    if (!score) return std::nullopt;
    sum += *score;
  }
  return sum / static_cast<double>(of_one.size());
}

}  // namespace

double of_full_average(double of_one, double of_those_here, const NetworksARow& networks) {
  const double here = 1 / static_cast<double>(networks.here), all = 1 / static_cast<double>(networks.all);
  return of_those_here - (of_one - of_those_here) * (here - all) / (1 - here);
}

FullAverage full_average(Task task, const std::vector<Scores>& of_one, const Scores& here, const Intervals& intervals,
                         const NetworksARow& networks) {
  FullAverage full{.scores = here, .intervals = intervals};
  for (auto& [metric, score] : full.scores) {
    const auto one = mean_score(of_one, metric);
    if (!one || metric == Metric::kEce) continue;
    const auto [low, high] = range_of(metric, task);
    const double found = score;
    score = std::clamp(of_full_average(*one, score, networks), low, high);
    const auto interval = std::ranges::find(full.intervals, metric, &std::pair<Metric, Interval>::first);
    if (interval == full.intervals.end()) continue;
    auto& [from, to] = interval->second;
    from = std::max(low, from + std::min(0.0, score - found));
    to = std::min(high, to + std::max(0.0, score - found));
  }
  return full;
}

}  // namespace mdl
