#include "metrics/metric.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/suggestion.h"
#include "base/text.h"

namespace mdl {
namespace {

struct MetricRow {
  Metric metric;
  const char* name;
  bool of_regression;
  bool higher_is_better;
};

constexpr MetricRow kMetrics[] = {
    // in the order of the enum
    {Metric::kAccuracy, "accuracy", false, true},
    {Metric::kBalancedAccuracy, "balanced_accuracy", false, true},
    {Metric::kPrecision, "precision", false, true},
    {Metric::kRecall, "recall", false, true},
    {Metric::kF1, "f1", false, true},
    {Metric::kPrecisionMacro, "precision_macro", false, true},
    {Metric::kRecallMacro, "recall_macro", false, true},
    {Metric::kF1Macro, "f1_macro", false, true},
    {Metric::kPrecisionWeighted, "precision_weighted", false, true},
    {Metric::kRecallWeighted, "recall_weighted", false, true},
    {Metric::kF1Weighted, "f1_weighted", false, true},
    {Metric::kRocAuc, "roc_auc", false, true},
    {Metric::kAveragePrecision, "average_precision", false, true},
    {Metric::kLogLoss, "log_loss", false, false},
    {Metric::kBrier, "brier", false, false},
    {Metric::kEce, "ece", false, false},
    {Metric::kMcc, "mcc", false, true},
    {Metric::kRmse, "rmse", true, false},
    {Metric::kMae, "mae", true, false},
    {Metric::kR2, "r2", true, true},
    {Metric::kMape, "mape", true, false},
    {Metric::kMedianAbsoluteError, "median_absolute_error", true, false},
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

std::optional<double> score_of(const Scores& scores, Metric metric) {
  for (const auto& [candidate, score] : scores) {
    if (candidate == metric) return score;
  }
  return std::nullopt;
}

Metric main_metric(Task task) { return task == Task::kRegression ? Metric::kR2 : Metric::kAccuracy; }

}  // namespace mdl
