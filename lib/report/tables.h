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

// `width` is the most columns that a name takes, `most` the most rows.

ReportTable gates_table(const Report& report);

/// This model beside another one.
ReportTable comparison_table(const Report& report);

/// A group a row, the small ones last; the first `intervals` of the scores with their intervals.
ReportTable slice_table(const Report& report, const Slice& slice, size_t width, size_t intervals);

/// How far the groups are apart, and what that says about fairness.
ReportTable gaps_table(const Report& report, const Slice& slice, size_t width);

ReportTable reliability_table(const Report& report);
ReportTable importance_table(const Report& report, size_t width, size_t most);
ReportTable drift_table(const Report& report, size_t width, size_t most);
ReportTable unseen_table(const Report& report, size_t width, size_t most);
ReportTable worst_table(const Report& report, size_t width);

}  // namespace mdl
