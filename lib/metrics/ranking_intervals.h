// Intervals of what a ranking tells: roc_auc and average_precision.
#pragma once

#include "metrics/classification.h"
#include "metrics/interval.h"

namespace mdl {

/// By the rows' influences, average_precision less its bias. The lower end is that of a sample with a row more, or half
/// a row of either kind, that is ranked at random. Nothing where a class has fewer than three rows. `one` is what a row
/// weighs.
void put_ranking_metrics(const ClassificationRows& counts, double one, double confidence, IntervalsOf& found);

/// Of the differences of two models on the same rows.
void put_ranking_differences(const ClassificationRows& a, const ClassificationRows& b, double one, double confidence,
                             IntervalsOf& found);

}  // namespace mdl
