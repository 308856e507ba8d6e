// Intervals of the scores that hang on labels alone.
#pragma once

#include "metrics/classification.h"
#include "metrics/interval.h"

namespace mdl {

/// Of two classes the proportions without weights, and f1, which is a function of one, have exact intervals. Of the
/// others the rows' influences make the standard error, with two right and two wrong rows more (Agresti and Caffo 2000;
/// of several classes Price and Bonett 2004): so a class of few rows, or of none that is missed, is as uncertain as it
/// ought to be. `one` is what a row weighs.
void put_labels(const ClassificationRows& counts, double one, double confidence, IntervalsOf& found);

/// Of the differences of two models on the same rows, with half a row more that either alone is right on (Agresti and
/// Min 2005).
void put_label_differences(const ClassificationRows& a, const ClassificationRows& b, double one, double confidence,
                           IntervalsOf& found);

}  // namespace mdl
