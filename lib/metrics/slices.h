// Scores of groups of rows, and how far apart they are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "metrics/bootstrap.h"
#include "metrics/metric.h"

namespace mdl {

struct SliceGroup {
  std::vector<std::string> values;   // one a column of the slice, as in the table; any bytes
  int64_t rows = 0;
  bool small = false;                // too few rows to be ranked beside others
  Scores scores;
  Intervals intervals;
};

/// The two groups, small ones apart, whose scores are farthest from each other.
struct SliceGap {
  Metric metric;
  size_t highest, lowest;            // indices of groups
  double difference;
  std::optional<double> ratio;       // lowest / highest; empty where that is not positive
};

struct Slice {
  std::vector<std::string> columns;
  std::vector<SliceGroup> groups;    // largest first
  std::vector<SliceGap> gaps;        // in the order of the metrics
  // Two classes, as fairlearn defines them, over the groups that are not small.
  std::optional<double> demographic_parity_difference, demographic_parity_ratio, equalized_odds_difference;
};

}  // namespace mdl
