#include "metrics/metric.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "base/suggestion.h"
#include "base/text.h"

namespace mdl {
namespace {

struct MetricRow {
  Metric metric;
  bool of_regression;
  bool higher_is_better;
  double low, high;
};

constexpr double kUnbounded = std::numeric_limits<double>::infinity();
constexpr MetricRow kMetrics[] = {
    // in the order of the enum
    {Metric::kAccuracy, false, true, 0, 1},
    {Metric::kBalancedAccuracy, false, true, 0, 1},
    {Metric::kPrecision, false, true, 0, 1},
    {Metric::kRecall, false, true, 0, 1},
    {Metric::kF1, false, true, 0, 1},
    {Metric::kPrecisionMacro, false, true, 0, 1},
    {Metric::kRecallMacro, false, true, 0, 1},
    {Metric::kF1Macro, false, true, 0, 1},
    {Metric::kPrecisionWeighted, false, true, 0, 1},
    {Metric::kRecallWeighted, false, true, 0, 1},
    {Metric::kF1Weighted, false, true, 0, 1},
    {Metric::kRocAuc, false, true, 0, 1},
    {Metric::kAveragePrecision, false, true, 0, 1},
    {Metric::kLogLoss, false, false, 0, kUnbounded},
    {Metric::kBrier, false, false, 0, 1},
    {Metric::kEce, false, false, 0, 1},
    {Metric::kMcc, false, true, -1, 1},
    {Metric::kRmse, true, false, 0, kUnbounded},
    {Metric::kMae, true, false, 0, kUnbounded},
    {Metric::kR2, true, true, -kUnbounded, 1},
    {Metric::kMape, true, false, 0, kUnbounded},
    {Metric::kMedianAbsoluteError, true, false, 0, kUnbounded},
    {Metric::kPinball, true, false, 0, kUnbounded},
    {Metric::kPoissonDeviance, true, false, 0, kUnbounded},
    {Metric::kGammaDeviance, true, false, 0, kUnbounded},
    {Metric::kTweedieDeviance, true, false, 0, kUnbounded},
};

/// Scores that models of one loss have.
constexpr std::pair<Metric, LossKind> kOfLosses[] = {{Metric::kPinball, LossKind::kQuantile},
                                                     {Metric::kPoissonDeviance, LossKind::kPoisson},
                                                     {Metric::kGammaDeviance, LossKind::kGamma},
                                                     {Metric::kTweedieDeviance, LossKind::kTweedie}};

const MetricRow& row_of(Metric metric) { return kMetrics[static_cast<size_t>(metric)]; }

}  // namespace

std::optional<Metric> find_metric(const std::string& name) {
  for (const auto& [metric, known] : kMetricNames) {
    if (name == known) return metric;
  }
  return std::nullopt;
}

std::vector<std::string> metric_names(Task task) {
  std::vector<std::string> names;
  for (const MetricRow& row : kMetrics) {
    if (row.of_regression == (task == Task::kRegression)) names.emplace_back(name_of(row.metric));
  }
  return names;
}

std::string parse_metric(const std::string& name, Task task, Metric& metric) {
  const std::vector<std::string> names = metric_names(task);
  const auto found = find_metric(name);
  if (!found) {
    const auto meant = did_you_mean(name, names);
    return fmt::format("there is no metric {}; {}", quote(name),
                       meant ? "did you mean " + quote(*meant) + "?" : "known are " + join_names(names, names.size()));
  }
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    return fmt::format("the model's task is {}, which has no {}; it has {}", name_of(task), name,
                       join_names(names, names.size()));
  }
  metric = *found;
  return "";
}

std::optional<Metric> metric_of(LossKind loss) {
  for (const auto& [metric, of] : kOfLosses) {
    if (of == loss) return metric;
  }
  return std::nullopt;
}

std::string unscored(Metric metric, LossKind loss) {
  const auto row = std::ranges::find(kOfLosses, metric, &std::pair<Metric, LossKind>::first);
  if (row == std::end(kOfLosses) || row->second == loss) return "";
  return fmt::format("{} is a score of train.loss: {}; the loss here is {}", name_of(metric), name_of(row->second),
                     name_of(loss));
}

bool higher_is_better(Metric metric) { return row_of(metric).higher_is_better; }

bool is_of_probabilities(Metric metric) {
  using enum Metric;
  return metric == kRocAuc || metric == kAveragePrecision || metric == kLogLoss || metric == kBrier || metric == kEce;
}

MetricRange range_of(Metric metric, Task task) {
  const MetricRow& row = row_of(metric);
  // Of more than two classes it is the sum over classes.
  return {row.low, metric == Metric::kBrier && task == Task::kMulticlass ? 2 : row.high};
}

std::optional<double> score_of(const Scores& scores, Metric metric) {
  for (const auto& [candidate, score] : scores) {
    if (candidate == metric) return score;
  }
  return std::nullopt;
}

Metric main_metric(LossKind loss) {
  const bool absolute = loss == LossKind::kMae || loss == LossKind::kHuber;
  return metric_of(loss).value_or(absolute ? Metric::kMae : Metric::kR2);
}

Metric main_metric(Task task, std::span<const double> class_shares, size_t positive) {
  constexpr double kMost = 0.8;
  if (task == Task::kRegression) return main_metric(LossKind::kAuto);
  const auto largest = std::ranges::max_element(class_shares);
  if (largest == class_shares.end() || *largest <= kMost) return Metric::kAccuracy;
  if (task == Task::kMulticlass) return Metric::kBalancedAccuracy;
  const bool positives_are_rare = static_cast<size_t>(largest - class_shares.begin()) != positive;
  return positives_are_rare ? Metric::kAveragePrecision : Metric::kRocAuc;
}

}  // namespace mdl
