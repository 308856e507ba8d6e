// A report beside an older one, and the gates that both must keep.
#pragma once

#include <string>
#include <vector>

#include "report/report.h"
#include "table/target.h"

namespace mdl {

/// Throws Error unless scores of models of these targets say the same: they predict the same column, pose the same
/// task, tell the same classes apart, spelled as they may be, and of two call the same one positive. A target without a
/// name is of a report that has none.
void expect_comparable(const Target& target, const Target& baseline);

/// Compares with the JSON report of another model by the intervals of both. Throws Error when the file is no such
/// report, or one of other data, other rows, another target or another confidence.
Comparison compare_with_report(const Report& report, const std::string& path);

/// Puts what each gate says into the report; `missing`: the spellings of a missing cell, which a gate's group may be.
/// Throws Error when a gate is about a group that is not there.
void judge_gates(Report& report, const std::vector<Gate>& gates, const std::vector<std::string>& missing,
                 bool by_intervals);

}  // namespace mdl
