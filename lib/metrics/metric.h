// The names of the scores, and what is known about each: scikit-learn's names and definitions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"

namespace mdl {

std::optional<Metric> find_metric(const std::string& name);
std::vector<std::string> metric_names(Task);

/// The metric of that name. Returns what is wrong, for a person, when the task has none; empty when all is well.
std::string parse_metric(const std::string& name, Task task, Metric& metric);

/// The score that models of a loss have beside those of all regressions: their mean loss.
std::optional<Metric> metric_of(LossKind);

/// Why a regression of this loss has no such score, where the task has it; "" where it has.
std::string unscored(Metric metric, LossKind loss);

/// Whether a larger value is a better one (accuracy) or a worse one (log_loss).
bool higher_is_better(Metric);

/// Whether it is of probabilities, which do not depend on a threshold, or of predicted classes.
bool is_of_probabilities(Metric);

/// The values that a score can have; an end may be infinite.
struct MetricRange {
  double low, high;
};
MetricRange range_of(Metric, Task);

/// Scores in the order of the enum; a score that is undefined on the rows is not in the list.
using Scores = std::vector<std::pair<Metric, double>>;

std::optional<double> score_of(const Scores&, Metric);

/// The score that stands for a model in one number, where train.metric does not say: accuracy, or r2. Where over 80 % of
/// the training rows are of one class, accuracy says little: then average_precision where that is the negative class of
/// two, roc_auc where it is the positive one, and balanced_accuracy of more classes.
Metric main_metric(Task task, std::span<const double> class_shares = {}, size_t positive = 1);

/// The same of a regression of this loss: its own score; mae of mae and huber.
Metric main_metric(LossKind loss);

}  // namespace mdl
