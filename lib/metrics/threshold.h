// From which probability of the positive class on a row counts as positive.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "metrics/curves.h"
#include "metrics/metric.h"

namespace mdl {

/// The threshold that is best for the rows by the rule, one of their scores, or 1 where it is best that no row is
/// positive; of several as good as each other the one nearest to 0.5. It is 0.5 where no row is positive or all are,
/// but for costs. kFixed gives `rule.value`. kRecall gives the highest with at least that recall; kPrecision the lowest
/// with at least that precision, or where none has it, the lowest of those with the highest. Weights count.
double best_threshold(const std::vector<RankedRow>& sorted, const Threshold& rule);

/// Why the model's `scores` on the rows that its threshold was chosen on are below what the rule asks for; empty where
/// they are not.
std::string unmet(const Threshold& rule, const Scores& scores);

}  // namespace mdl
