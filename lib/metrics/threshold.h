// From which probability of the positive class on a row counts as positive.
#pragma once

#include <vector>

#include "config/config.h"
#include "metrics/curves.h"

namespace mdl {

/// The threshold that is best for the rows by the rule, one of their scores, or 1 where it is best that no row is
/// positive; of several as good as each other the one nearest to 0.5. It is 0.5 where no row is positive or all are,
/// but for costs. kFixed gives `rule.value`. Weights count.
double best_threshold(const std::vector<RankedRow>& sorted, const Threshold& rule);

}  // namespace mdl
