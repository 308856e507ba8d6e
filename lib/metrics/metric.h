// The names of the scores, and what is known about each: scikit-learn's names and definitions.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"

namespace mdl {

enum class Metric {
  kAccuracy,
  kBalancedAccuracy,
  kPrecision,
  kRecall,
  kF1,
  kPrecisionMacro,
  kRecallMacro,
  kF1Macro,
  kPrecisionWeighted,
  kRecallWeighted,
  kF1Weighted,
  kRocAuc,
  kAveragePrecision,
  kLogLoss,
  kBrier,
  kEce,
  kMcc,
  kRmse,
  kMae,
  kR2,
  kMape,
  kMedianAbsoluteError
};

/// "balanced_accuracy", as in reports and on the command line.
const char* name_of(Metric);
std::optional<Metric> find_metric(const std::string& name);
std::vector<std::string> metric_names(Task);

/// The metric of that name. Returns what is wrong, for a person, when the task has none; empty when all is well.
std::string parse_metric(const std::string& name, Task task, Metric& metric);

/// Whether a larger value is a better one (accuracy) or a worse one (log_loss).
bool higher_is_better(Metric);

/// The values that a score can have; an end may be infinite.
struct MetricRange {
  double low, high;
};
MetricRange range_of(Metric, Task);

/// Scores in the order of the enum; a score that is undefined on the rows is not in the list.
using Scores = std::vector<std::pair<Metric, double>>;

std::optional<double> score_of(const Scores&, Metric);

/// The score that stands for the model in one number: accuracy, or r2.
Metric main_metric(Task);

}  // namespace mdl
