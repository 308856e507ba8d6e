// The parts of a report that are tables in every form of it, as plain text: what stands in them, and in which words, is
// decided here.
#pragma once

#include <string>
#include <vector>

#include "report/report.h"

namespace mdl {

struct ReportTable {
  std::string heading;
  std::vector<std::string> columns;
  size_t names = 1, words = 0;  // leading columns of names, and next to them of words; the others are numbers
  std::vector<std::vector<std::string>> rows;  // none: there is nothing to show
  std::vector<std::string> notes;              // a sentence each
};

/// What a column that has drifted is marked by.
inline constexpr const char* kDrifted = "DRIFTED";

/// The few scores by which groups are compared; the first stands for them in a picture.
std::vector<Metric> slice_metrics(const Report& report);

/// The groups as slice_table() shows them.
std::vector<const SliceGroup*> groups_in_order(const Slice& slice);

std::optional<Interval> interval_of(const Intervals& intervals, Metric metric);

// `width` is the most columns that a name takes, `most` the most rows.

ReportTable gates_table(const Report& report);

/// The scores that matter first, with their intervals where there are any; then a table of the others, unless they are
/// few.
std::vector<ReportTable> scores_tables(const Report& report);

/// Two classes: what thresholds would be best for, on these rows.
ReportTable threshold_table(const Report& report);

/// This model beside another one; without their scores the differences alone.
ReportTable comparison_table(const Report& report, bool scores = true);

/// What a training run tried.
ReportTable trials_table(const Report& report);

/// The scores on data.test beside those on the validation rows.
ReportTable test_table(const Report& report);

/// The folds of a training run, one a row, with so many of the scores.
ReportTable folds_table(const Report& report, size_t width, size_t scores = SIZE_MAX);

/// A group a row, the small ones last where their order says nothing; so many of the scores, the first
/// `intervals` of them with their intervals.
ReportTable slice_table(const Report& report, const Slice& slice, size_t width, size_t intervals,
                        size_t scores = SIZE_MAX);

/// How far the groups are apart, and what that says about fairness.
ReportTable gaps_table(const Report& report, const Slice& slice, size_t width);

/// Of a quantile regression: whether as many rows lie below each quantile as should.
ReportTable quantiles_table(const Report& report);

ReportTable reliability_table(const Report& report);
ReportTable importance_table(const Report& report, size_t width, size_t most);
ReportTable drift_table(const Report& report, size_t width, size_t most);
ReportTable unseen_table(const Report& report, size_t width, size_t most);
/// Without the rows' cells.
ReportTable worst_table(const Report& report, size_t width);
/// With them.
ReportTable worst_cells_table(const Report& report, size_t width);

}  // namespace mdl
