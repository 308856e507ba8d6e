// Confidence intervals of all scores of a model, and of what two models' scores differ by.
#pragma once

#include "metrics/classification.h"
#include "metrics/interval.h"
#include "metrics/regression.h"

namespace mdl {

Intervals intervals_of(const ClassificationRows& counts, double confidence);
Intervals intervals_of(const RegressionRows& counts, double confidence);

/// Of the scores of `a` less those of `b`, where both were scored on the same rows in the same order.
Intervals intervals_of_differences(const ClassificationRows& a, const ClassificationRows& b, double confidence);
Intervals intervals_of_differences(const RegressionRows& a, const RegressionRows& b, double confidence);

/// The scores of `a` less those of `b`; a score that one of them lacks is not in the list.
Scores differences(const Scores& a, const Scores& b);

}  // namespace mdl
