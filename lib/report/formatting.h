// What the report's forms share: how a number, a name and a verdict read to a person.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/counted.h"
#include "report/report.h"

namespace mdl {

/// About five digits: 0.7641, 123.46, 12,346, 1.2346e+12.
std::string score_text(double value);
/// The same, or "-" for an undefined score.
std::string score_text(const std::optional<double>& value);

/// The same of one of the scores. An r2 has four digits behind the point: next to 0 it is 0.
std::string score_text(const Scores& scores, Metric metric);

/// "[0.7301, 0.7952]", or "-" for a score without an interval.
std::string interval_text(const Report& report, Metric metric);
/// "95 % interval"
std::string interval_heading(const Report& report);

/// "[0.7301, 0.7952]"
std::string interval_text(const Interval& interval);
/// The same, or "-" where there is none.
std::string interval_text(const std::optional<Interval>& interval);

/// "passed", "FAILED", "undecided"
const char* verdict_text(Verdict verdict);

/// A gate as it is shown.
struct GateLine {
  std::string name, value, interval;  // interval: empty where the verdict is not by one, else why there is none
  Verdict verdict;

  /// "f1 >= 0.80: 0.7641 [0.7301, 0.7952] FAILED"
  std::string text() const;
};

GateLine gate_line(const GateResult& result);
/// All gates of a report; the last ones are unknown labels and drift where they are gates: "rows with unknown labels <=
/// 0: 1 of 60 FAILED", "drifted columns <= 0: 2 of 13 FAILED".
std::vector<GateLine> gate_lines(const Report& report);

size_t gates_with(const Report& report, Verdict verdict);
/// What the gates say together: one that fails outweighs those that are undecided.
Verdict verdict_of(const Report& report);
/// "1 of 3 gates FAILED, 1 undecided", "2 gates passed"
std::string verdict_line(const Report& report);

/// Columns of a terminal that `text` takes.
size_t display_width(std::string_view text);
/// `text` as lines of at most so many columns, broken at spaces; printable.
std::string wrapped(std::string_view text, size_t columns);
/// At most `width` columns of `text`, ending in "..." where it is cut.
std::string cut(std::string_view text, size_t width);
/// A path, printable; the end of one that is too long, which says more than its start.
std::string path_text(const std::string& path, size_t width);
/// A name of any bytes for a table, printable and cut; the empty name is ''.
std::string label_text(std::string_view name, size_t width);

/// The day it is, 2024-05-31, in UTC.
std::string today();

/// The metrics that the model or the baseline has a score of.
std::vector<Metric> scored_metrics(const Report& report);

/// `metrics` with the report's own score at the front: moved there, or in place of the one that was.
std::vector<Metric> headed(const Report& report, std::vector<Metric> metrics);

/// The four at most that matter first.
std::vector<Metric> leading_metrics(const Report& report);
/// The others, but for those that are another one by definition: recall_weighted is accuracy, of several classes
/// precision_macro is precision; and recall_macro where it is balanced_accuracy.
std::vector<Metric> further_metrics(const Report& report);

/// What is to be known about the rows before the scores: the positive class, rows left out, unknown labels. A sentence
/// each.
std::vector<std::string> notes(const Report& report);
/// Those about its rows.
std::vector<std::string> row_notes(const Report& report);

/// Columns with unseen cells, those with the most first.
std::vector<UnseenCells> with_unseen(const std::vector<UnseenCells>& columns);
/// A line for each of them, a few lines for many: "size: 100 of 100 cells are categories that training did not see".
std::vector<std::string> unseen_lines(const std::vector<UnseenCells>& columns);

/// All classes, or the `most` with the largest support; in the model's order, or where they are many, by support.
std::vector<size_t> classes_to_show(const Report& report, size_t most);

/// Wrong predictions by pair of classes, the most frequent first.
std::vector<Confusion> largest_confusions(const Report& report, size_t most);

}  // namespace mdl
