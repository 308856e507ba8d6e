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
  const char* name;
  bool of_regression;
  bool higher_is_better;
  double low, high;
};

constexpr double kUnbounded = std::numeric_limits<double>::infinity();
constexpr MetricRow kMetrics[] = {
    // in the order of the enum
    {Metric::kAccuracy, "accuracy", false, true, 0, 1},
    {Metric::kBalancedAccuracy, "balanced_accuracy", false, true, 0, 1},
    {Metric::kPrecision, "precision", false, true, 0, 1},
    {Metric::kRecall, "recall", false, true, 0, 1},
    {Metric::kF1, "f1", false, true, 0, 1},
    {Metric::kPrecisionMacro, "precision_macro", false, true, 0, 1},
    {Metric::kRecallMacro, "recall_macro", false, true, 0, 1},
    {Metric::kF1Macro, "f1_macro", false, true, 0, 1},
    {Metric::kPrecisionWeighted, "precision_weighted", false, true, 0, 1},
    {Metric::kRecallWeighted, "recall_weighted", false, true, 0, 1},
    {Metric::kF1Weighted, "f1_weighted", false, true, 0, 1},
    {Metric::kRocAuc, "roc_auc", false, true, 0, 1},
    {Metric::kAveragePrecision, "average_precision", false, true, 0, 1},
    {Metric::kLogLoss, "log_loss", false, false, 0, kUnbounded},
    {Metric::kBrier, "brier", false, false, 0, 1},
    {Metric::kEce, "ece", false, false, 0, 1},
    {Metric::kMcc, "mcc", false, true, -1, 1},
    {Metric::kRmse, "rmse", true, false, 0, kUnbounded},
    {Metric::kMae, "mae", true, false, 0, kUnbounded},
    {Metric::kR2, "r2", true, true, -kUnbounded, 1},
    {Metric::kMape, "mape", true, false, 0, kUnbounded},
    {Metric::kMedianAbsoluteError, "median_absolute_error", true, false, 0, kUnbounded},
};

const MetricRow& row_of(Metric metric) { return kMetrics[static_cast<size_t>(metric)]; }

}  // namespace

const char* name_of(Metric metric) { return row_of(metric).name; }

std::optional<Metric> find_metric(const std::string& name) {
  for (const MetricRow& row : kMetrics) {
    if (name == row.name) return row.metric;
  }
  return std::nullopt;
}

std::vector<std::string> metric_names(Task task) {
  std::vector<std::string> names;
  for (const MetricRow& row : kMetrics) {
    if (row.of_regression == (task == Task::kRegression)) names.emplace_back(row.name);
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

bool higher_is_better(Metric metric) { return row_of(metric).higher_is_better; }

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

Metric main_metric(Task task) { return task == Task::kRegression ? Metric::kR2 : Metric::kAccuracy; }

}  // namespace mdl
