#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/console.h"
#include "base/text.h"
#include "report/formatting.h"
#include "report/html_parts.h"
#include "report/report.h"
#include "report/svg.h"
#include "report/tables.h"

namespace mdl {
namespace {

constexpr size_t kMostClasses = 100;
constexpr size_t kWidestMatrix = 24;   // classes; beyond it counts are not readable
constexpr size_t kWidestHeatMap = 50;  // classes; beyond it the largest confusions say more
constexpr size_t kNarrowMatrix = 5;    // classes; fits half a page, with shares
constexpr size_t kMostConfusions = 20;
constexpr size_t kMostRows = 100;  // of drift and importance
constexpr size_t kWidestName = 40;
constexpr size_t kWidestGroup = 24;  // of a slice, on one line

std::string name_text(std::string_view name) { return escaped(label_text(name, kWidestName)); }

/// A metric's name, which a line may break behind its last underscore.
std::string metric_text(Metric metric) {
  std::string name = name_of(metric);
  if (const size_t at = name.rfind('_'); at != std::string::npos) name.insert(at + 1, "<wbr/>");
  return name;
}

/// Opens a section with a table in it, up to its body.
std::string table_start(const char* heading, const std::vector<const char*>& columns) {
  std::string out = fmt::format("<section>\n<h2>{}</h2>\n<div class=\"wide\"><table>\n<thead><tr>", heading);
  for (const char* column : columns) out += fmt::format("<th scope=\"col\">{}</th>", column);
  return out + "</tr></thead>\n<tbody>\n";
}

std::string tiles(const Report& report) {
  std::string out = "<dl class=\"tiles\">\n";
  for (const Metric metric : leading_metrics(report)) {
    out += fmt::format("<div><dt>{}</dt><dd class=\"value\">{}</dd><dd class=\"base\">baseline {}</dd></div>\n",
                       metric_text(metric), score_text(report.scores, metric), score_text(report.baseline, metric));
  }
  return out + "</dl>\n";
}

std::string gates_section(const Report& report) {
  const std::vector<GateLine> gates = gate_lines(report);
  if (gates.empty()) return "";
  std::string out = "<section>\n<h2>Gates</h2>\n<ul class=\"gates\">\n";
  for (const GateLine& gate : gates) {
    const std::string text = gate.text();
    const size_t verdict = text.rfind(' ') + 1;
    out += fmt::format("<li class=\"{}\">{}<b>{}</b></li>\n", name_of(gate.verdict), escaped(text.substr(0, verdict)),
                       text.substr(verdict));
  }
  return out + "</ul>\n</section>\n";
}

std::string scores_section(const Report& report) {
  const bool intervals = !report.intervals.empty();
  const std::string heading = interval_heading(report);
  std::vector<const char*> columns = {"score", "model", "baseline"};
  if (intervals) columns.insert(columns.begin() + 2, heading.c_str());
  std::string out = table_start("Scores", columns);
  std::vector<Metric> metrics = leading_metrics(report);
  for (const Metric metric : further_metrics(report)) metrics.push_back(metric);
  for (const Metric metric : metrics) {
    const std::string interval = intervals ? fmt::format("<td class=\"range\">{}</td>", interval_text(report, metric))
                                           : "";
    out += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td>{}<td class=\"base\">{}</td></tr>\n",
                       metric_text(metric), score_text(report.scores, metric), interval,
                       score_text(report.baseline, metric));
  }
  std::string caption = fmt::format("The baseline is {}.", printable(report.baseline_text));
  if (intervals) caption += " An interval is where the score on endlessly many rows of this kind would lie.";
  return out + table_end(caption);
}

std::string matrix_section(const Report& report) {
  const size_t k = report.classes.size();
  std::string out = "<section>\n<h2>Confusion matrix</h2>\n<div class=\"wide\"><table class=\"matrix\">\n<thead><tr>";
  out += "<th>true \xE2\x86\x93 predicted \xE2\x86\x92</th>";
  for (const std::string& name : report.classes) out += fmt::format("<th scope=\"col\">{}</th>", name_text(name));
  out += "</tr></thead>\n<tbody>\n";
  for (size_t i = 0; i < k; ++i) {
    out += fmt::format("<tr><th scope=\"row\">{}</th>", name_text(report.classes[i]));
    for (size_t j = 0; j < k; ++j) {
      const int64_t count = report.confusion[i][j], support = report.per_class[i].support;
      const double fraction = support == 0 ? 0 : static_cast<double>(count) / static_cast<double>(support);
      out += fmt::format("<td{} style=\"background:rgba({},{:.2f})\">{}", i == j ? " class=\"hit\"" : "",
                         i == j ? "50,110,215" : "215,110,30", count == 0 ? 0 : 0.05 + 0.5 * fraction, grouped(count));
      out += k <= kNarrowMatrix ? fmt::format("<small>{:.1f} %</small></td>", 100 * fraction) : "</td>";
    }
    out += "</tr>\n";
  }
  return out + table_end(
                   "Rows are true classes, columns predicted classes; the diagonal is correct. The stronger the "
                   "colour, the larger the fraction of its row.");
}

std::string heat_map_section(const Report& report) {
  return fmt::format(
      "<section>\n<h2>Confusion matrix</h2>\n{}<p class=\"reading\">Rows are true classes, columns predicted classes, "
      "by "
      "support; the diagonal is correct. The stronger the colour, the larger the fraction of its "
      "row.</p>\n</section>\n",
      heat_map(report));
}

ReportTable confusions_table(const Report& report) {
  ReportTable table{.heading = "Largest confusions",
                    .columns = {"true class", "predicted class", "rows"},
                    .words = 1,
                    .notes = {"The most frequent mistakes."}};
  for (const Confusion& confusion : largest_confusions(report, kMostConfusions)) {
    table.rows.push_back({label_text(report.classes[confusion.label], kWidestName),
                          label_text(report.classes[confusion.predicted], kWidestName), grouped(confusion.rows)});
  }
  return table;
}

std::string classes_section(const Report& report) {
  std::string out = table_start("Classes", {"class", "precision", "recall", "f1", "support"});
  const std::vector<size_t> shown = classes_to_show(report, kMostClasses);
  for (const size_t i : shown) {
    const ClassScores& scores = report.per_class[i];
    out += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                       name_text(report.classes[i]), score_text(scores.precision), score_text(scores.recall),
                       score_text(scores.f1), grouped(scores.support));
  }
  std::string caption =
      "Precision: the fraction of the rows predicted as the class that are of it. Recall: the fraction of the class's "
      "rows that are found.";
  if (shown.size() < report.per_class.size())
    caption += fmt::format(" Shown are the {} largest of {} classes.", shown.size(), report.classes.size());
  return out + table_end(caption);
}

/// Bars from no drop on, with their intervals as lines.
std::string importance_section(const Report& report) {
  ReportTable table = importance_table(report, kWidestName, kMostRows);
  const auto line_of = [](const Importance& one) { return one.interval.value_or(Interval{one.drop, one.drop}); };
  double low = 0, high = 0;
  for (size_t i = 0; i < table.rows.size(); ++i) {
    const Interval line = line_of(report.importance[i]);
    low = std::min({low, report.importance[i].drop, line.low});
    high = std::max({high, report.importance[i].drop, line.high});
  }
  PictureColumn bars{.before = 1};
  for (size_t i = 0; i < table.rows.size(); ++i) {
    const Interval line = line_of(report.importance[i]);
    bars.cells.push_back(strip(table.rows[i][0], low, high, report.importance[i].drop, line.low, line.high));
  }
  table.notes.emplace_back(
      "Bars are means over permutations, lines their intervals; a feature whose line reaches 0 may be irrelevant.");
  return section(table, "table", bars);
}

/// A group a row, its first score as a dot with its interval.
std::string slice_section(const Report& report, const Slice& slice) {
  ReportTable table = slice_table(report, slice, kWidestGroup, 1);
  const Metric metric = slice_metrics(report).front();
  const std::optional<double> all = score_of(report.scores, metric);
  if (!all || report.intervals.empty()) return section(table, "groups");
  const auto line_of = [&](const SliceGroup& group, double score) {
    return interval_of(group.intervals, metric).value_or(Interval{score, score});
  };
  double low = *all, high = *all;
  for (const SliceGroup& group : slice.groups) {
    if (const auto score = score_of(group.scores, metric)) {
      low = std::min(low, line_of(group, *score).low);
      high = std::max(high, line_of(group, *score).high);
    }
  }
  const Axis scale = round_axis(low, high, "");
  PictureColumn dots{.before = 2,
                     .heading = fmt::format("{}, {:.6g} to {:.6g}", name_of(metric), scale.low, scale.high)};
  for (const SliceGroup* group : groups_in_order(slice)) {
    std::string& cell = dots.cells.emplace_back();
    const auto score = score_of(group->scores, metric);
    if (!score) continue;
    const Interval line = line_of(*group, *score);
    cell = dot_strip(table.rows[dots.cells.size() - 1][0], scale, *score, line.low, line.high, *all);
  }
  table.notes.insert(
      table.notes.begin(),
      fmt::format("Dots are the groups' {}, lines their intervals; the dashed line is all rows.", name_of(metric)));
  return section(table, "groups", dots);
}

std::string slices_sections(const Report& report) {
  std::string out;
  for (const Slice& slice : report.slices)
    out += slice_section(report, slice) + section(gaps_table(report, slice, kWidestName));
  return out;
}

/// "Status: binary classification"
std::string title(const Report& report) {
  const std::string task = report.task == Task::kRegression ? "regression"
                                                            : fmt::format("{} classification", name_of(report.task));
  return fmt::format("{}: {}", report.target.empty() ? printable(report.model) : label_text(report.target, kWidestName),
                     task);
}

/// What the report is about, a line for each thing.
std::string header(const Report& report) {
  const bool training = !report.epochs.empty();
  std::string out = fmt::format("<header>\n<p class=\"kind\">{}{}</p>\n<h1>{}</h1>\n<dl class=\"about\">\n",
                                training ? "Training report" : "Evaluation report",
                                report.date.empty() ? "" : ", " + escaped(report.date), escaped(title(report)));
  const auto fact = [&](std::string_view name, std::string_view text) {
    out += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escaped(name), escaped(printable(text)));
  };
  fact("scored on", fmt::format("{}: {}{}", printable(report.data), counted(report.rows, "row"),
                                report.out_of_fold ? ", each by networks that did not train on it" : ""));
  fact("model", report.model);
  for (const Fact& one : report.about) fact(one.name, one.text);
  if (training) {
    fact("run", fmt::format("{} in {}, the best of them, by {}, {}", counted(report.epochs.back().epoch, "epoch"),
                            duration(report.epochs.back().seconds),
                            report.epoch_metric ? name_of(*report.epoch_metric) : "validation loss",
                            training_curve(report).best_text()));
  }
  out += "</dl>\n";
  for (const std::string& note : notes(report)) out += fmt::format("<p>{}</p>\n", escaped(note));
  return out + "</header>\n";
}

std::string pair(const std::string& content) {
  return content.empty() ? "" : "<section class=\"pair\">\n" + content + "</section>\n";
}

}  // namespace

std::string html_report(const Report& report) {
  const bool classes = report.task != Task::kRegression;
  const size_t k = report.classes.size();
  std::string out = page_start(
      fmt::format("{}, {} {}", title(report), name_of(report.metric), score_text(report.scores, report.metric)));
  out += header(report) + "<main>\n" + tiles(report) + gates_section(report);
  if (!report.epochs.empty()) out += pair(training_figures(report)) + section(trials_table(report));
  out += pair(
      "<div>\n" + scores_section(report) + (k > kWidestMatrix ? section(confusions_table(report)) : "") + "</div>\n" +
      (classes ? "<div>\n" + (k <= kNarrowMatrix ? matrix_section(report) : "") + classes_section(report) + "</div>\n"
               : ""));
  if (k > kNarrowMatrix && k <= kWidestMatrix) out += matrix_section(report);
  if (k > kWidestMatrix && k <= kWidestHeatMap) out += heat_map_section(report);
  if (report.errors && report.errors->rows > 0) out += pair(regression_figures(*report.errors, report));
  out += section(quantiles_table(report));
  out += section(test_table(report)) + section(folds_table(report, kWidestName)) + section(comparison_table(report)) +
         slices_sections(report);
  if (report.task == Task::kBinary) out += pair(curve_figures(report)) + section(threshold_table(report));
  if (classes) out += pair(calibration_figure(report) + section(reliability_table(report)));
  out += importance_section(report) + section(drift_table(report, kWidestName, kMostRows)) +
         section(unseen_table(report, kWidestName, kMostRows)) +
         section(worst_cells_table(report, kWidestName), "cells");
  out += "</main>\n<footer>";
  for (const auto& [name, version] : report.versions)
    out += fmt::format("<span>{} {}</span> ", escaped(name), escaped(version));
  return printable_lines(out + "</footer>\n</body>\n</html>\n");
}

}  // namespace mdl
