// Scores of groups of rows, and how far apart they are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "metrics/classification.h"
#include "metrics/interval.h"
#include "metrics/metric.h"

namespace mdl {

struct SliceGroup {
  std::vector<std::string> values;  // one a column of the slice, as in the table, or kMissingGroup; any bytes
  int64_t rows = 0;
  bool small = false;  // too few rows to be ranked beside others
  Scores scores;
  Intervals intervals;
};

/// The two groups, small ones and those without weight apart, whose scores are farthest from each other.
struct SliceGap {
  Metric metric;
  size_t highest, lowest;  // indices of groups
  double difference;
  std::optional<double> ratio;  // lowest / highest; empty where that is not positive
};

/// What a missing cell's group is called, however missing is spelled.
inline constexpr std::string_view kMissingGroup = "(missing)";

/// Groups with fewer rows are small.
inline constexpr int64_t kSmallGroup = 30;

/// Where numbers are cut into at most `bins` intervals of about as many of them each, none empty: ascending, each the
/// roundest number that cuts there (`rounded`), or one of the numbers. `numbers` are finite.
std::vector<double> quantile_cuts(std::vector<double> numbers, size_t bins, bool rounded);

/// "[18, 30)"; an end that is empty is open: "(-inf, 18)".
std::string interval_name(std::string_view low, std::string_view high);

/// The ends of an interval that is spelled so; else nothing.
std::optional<std::pair<std::string, std::string>> interval_ends(std::string_view name);

/// Whether two names spell the same interval: "[18,30)" and "[18.0, 30)".
bool same_interval(std::string_view a, std::string_view b);

/// What the fairness of two classes' predictions in a group is judged by; empty where no row that weighs anything is of
/// the class.
struct GroupRates {
  std::optional<double> selected;                       // share of the rows that are predicted positive
  std::optional<double> true_positive, false_positive;  // of the positive rows, of the negative ones
};

struct Slice {
  std::vector<std::string> columns;
  std::vector<SliceGroup> groups;  // largest first; where a column is cut into intervals, in their order
  bool in_order = false;           // a column is cut into intervals
  std::vector<SliceGap> gaps;      // in the order of the metrics
  // Two classes, as fairlearn defines them, over the groups that are not small and weigh more than 0.
  // One that needs a rate which a group does not have is empty, where fairlearn takes the rate for 0.
  std::optional<double> demographic_parity_difference, demographic_parity_ratio, equalized_odds_difference;
};

GroupRates rates_of(const ClassificationRows& counts);

/// Fills gaps from the groups, and the measures of fairness from their rates, which are one a group or none at all.
void compare_groups(Slice& slice, const std::vector<GroupRates>& rates);

}  // namespace mdl
