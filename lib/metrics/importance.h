// What a feature is worth to a model.
#pragma once

#include <optional>
#include <string>

#include "metrics/interval.h"

namespace mdl {

/// How much worse a score becomes when the column's cells are shuffled among the rows (Breiman 2001).
struct Importance {
  std::string feature;
  double drop = 0;                   // mean over the shuffles; positive: the model is worse without the column
  std::optional<Interval> interval;  // of the mean drop
};

}  // namespace mdl
