#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "report/formatting.h"
#include "report/report.h"
#include "report/tables.h"

namespace mdl {
namespace {

constexpr size_t kColumns = 80;
constexpr size_t kMostClasses = 40;
constexpr size_t kWidestName = 32;
constexpr size_t kLegible = 12, kNarrow = 8;
constexpr size_t kMostConfusions = 15;
constexpr size_t kMostRows = 20;    // of drift and importance
constexpr size_t kWidestCell = 24;  // of names in tables

/// Breaks a line at spaces.
std::string wrapped(std::string_view text) {
  std::string out;
  size_t used = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    const size_t width = display_width(word);
    if (used > 0 && used + 1 + width > kColumns) {
      out += '\n';
      used = 0;
    }
    if (used > 0) {
      out += ' ';
      ++used;
    }
    out += word;
    used += width;
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return out + '\n';
}

std::string headline(const Report& report) {
  const std::string rest = fmt::format(": {}, {}", counted(report.rows, "row"), name_of(report.task));
  const size_t room = kColumns - rest.size() - 4;
  const std::string data = path_text(report.data,
                                     std::max(room / 2, room - std::min(room, display_width(printable(report.model)))));
  return fmt::format("{} on {}{}\n", path_text(report.model, room - display_width(data)), data, rest);
}

std::string scores_table(const Report& report) {
  const bool intervals = !report.intervals.empty();
  const std::vector<Metric> metrics = scored_metrics(report);
  const std::string heading = intervals ? "  " + interval_heading(report) : "";
  std::vector<std::string> cells;
  for (const Metric metric : metrics) cells.push_back(intervals ? "  " + interval_text(report, metric) : "");
  size_t width = heading.size();
  for (const std::string& cell : cells) width = std::max(width, cell.size());
  std::string out = fmt::format("{:<22}{:>12}{:<{}}{:>12}\n", "score", "model", heading, width, "baseline");
  for (size_t i = 0; i < metrics.size(); ++i) {
    out += fmt::format("{:<22}{:>12}{:<{}}{:>12}\n", name_of(metrics[i]),
                       score_text(score_of(report.scores, metrics[i])), cells[i], width,
                       score_text(score_of(report.baseline, metrics[i])));
  }
  return out;
}

std::string class_table(const Report& report) {
  const std::vector<size_t> shown = classes_to_show(report, kMostClasses);
  size_t width = 8;
  for (const size_t i : shown) width = std::max(width, display_width(label_text(report.classes[i], kWidestName)));
  std::string out = fmt::format("{:<{}}{:>12}{:>9}{:>9}{:>12}\n", "class", width, "precision", "recall", "f1",
                                "support");
  for (const size_t i : shown) {
    const ClassScores& scores = report.per_class[i];
    out += fmt::format("{:<{}}{:>12}{:>9}{:>9}{:>12}\n", label_text(report.classes[i], kWidestName), width,
                       score_text(scores.precision), score_text(scores.recall), score_text(scores.f1),
                       grouped(scores.support));
  }
  const size_t hidden = report.per_class.size() - shown.size();
  if (hidden > 0)
    out += fmt::format("and {} more with fewer rows each; --format json lists all\n",
                       grouped(static_cast<long long>(hidden)));
  return out;
}

/// Empty when it is too wide even with the columns' names cut, or when the cut names would not differ any more.
std::string confusion_matrix(const Report& report) {
  const size_t k = report.classes.size();
  if (k * 3 > kColumns) return "";
  for (size_t longest = kWidestName; longest >= 4; --longest) {
    std::vector<std::string> names;
    std::vector<size_t> widths;
    size_t left = kColumns, widest = 0;
    for (size_t j = 0; j < k; ++j) {
      names.push_back(label_text(report.classes[j], longest));
      size_t width = display_width(names[j]);
      for (size_t i = 0; i < k; ++i) width = std::max(width, grouped(report.confusion[i][j]).size());
      widths.push_back(width + 2);
      left -= std::min(left, width + 2);
      widest = std::max(widest, display_width(label_text(report.classes[j], kWidestName)));
    }
    if (std::set(names.begin(), names.end()).size() < k) return "";
    if (left < std::min(widest, std::max(longest, kLegible))) continue;  // the rows spell out what the columns cut
    const size_t first = std::min(left, widest);
    std::string out = fmt::format("confusion matrix (rows: true class, columns: predicted class)\n{:<{}}", "", first);
    for (size_t j = 0; j < k; ++j) out += fmt::format("{:>{}}", names[j], widths[j]);
    for (size_t i = 0; i < k; ++i) {
      out += fmt::format("\n{:<{}}", label_text(report.classes[i], first), first);
      for (size_t j = 0; j < k; ++j) out += fmt::format("{:>{}}", grouped(report.confusion[i][j]), widths[j]);
    }
    return out + "\n";
  }
  return "";
}

std::string confusions_table(const Report& report) {
  std::string out = fmt::format("The confusion matrix of {} classes does not fit here; the largest confusions:\n",
                                report.classes.size());
  out += fmt::format("{:<32}{:<32}{:>12}\n", "true class", "predicted class", "rows");
  for (const Confusion& confusion : largest_confusions(report, kMostConfusions)) {
    out += fmt::format("{:<32}{:<32}{:>12}\n", label_text(report.classes[confusion.label], 30),
                       label_text(report.classes[confusion.predicted], 30), grouped(confusion.rows));
  }
  return out;
}

/// Names to the left, numbers to the right; empty where it does not fit.
std::string laid_out(const ReportTable& table) {
  std::vector<size_t> widths;
  size_t total = 0;
  for (size_t j = 0; j < table.columns.size(); ++j) {
    size_t width = display_width(table.columns[j]);
    for (const auto& row : table.rows) width = std::max(width, display_width(row[j]));
    widths.push_back(width);
    total += width + (j == 0 ? 0 : 2);
  }
  if (total > kColumns) return "";
  std::string out;
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (size_t j = 0; j < cells.size(); ++j) {
      text += j == 0 ? "" : "  ";
      text += j < table.names + table.words ? fmt::format("{:<{}}", cells[j], widths[j])
                                            : fmt::format("{:>{}}", cells[j], widths[j]);
    }
    out += text.substr(0, text.find_last_not_of(' ') + 1) + '\n';
  };
  line(table.columns);
  for (const auto& row : table.rows) line(row);
  return out;
}

/// Tries the forms of a table, widest first, until one fits.
std::string table_text(const std::vector<ReportTable>& forms) {
  std::string out, body;
  for (const ReportTable& table : forms) {
    if (table.rows.empty()) return "";
    body = laid_out(table);
    if (body.empty()) continue;
    out = '\n' + wrapped(table.heading) + body;
    for (const std::string& note : table.notes) out += wrapped(note);
    return out;
  }
  return "";
}

std::string parts(const Report& report) {
  std::string out;
  const auto forms = [&](const auto& table) {
    std::vector<ReportTable> tables;
    for (const size_t width : {kWidestCell, kLegible, kNarrow}) tables.push_back(table(width));
    return table_text(tables);
  };
  out += forms([&](size_t) { return comparison_table(report); });
  for (const Slice& slice : report.slices) {
    std::vector<ReportTable> tables;
    for (const size_t intervals : {1, 0}) {
      for (const size_t width : {kWidestCell, kLegible, kNarrow})
        tables.push_back(slice_table(report, slice, width, intervals));
    }
    out += table_text(tables);
    out += forms([&](size_t width) { return gaps_table(report, slice, width); });
  }
  out += forms([&](size_t) { return reliability_table(report); });
  out += forms([&](size_t width) { return importance_table(report, width, kMostRows); });
  out += forms([&](size_t width) { return drift_table(report, width, kMostRows); });
  out += forms([&](size_t width) { return unseen_table(report, width, kMostRows); });
  out += forms([&](size_t width) { return worst_table(report, width); });
  return out;
}

}  // namespace

std::string text_report(const Report& report) {
  std::string out = headline(report);
  for (const std::string& note : notes(report)) out += wrapped(note);
  out += wrapped(fmt::format("The baseline is {}.", printable(report.baseline_text)));
  out += '\n' + scores_table(report);
  if (report.task != Task::kRegression) {
    out += '\n' + class_table(report);
    const std::string matrix = confusion_matrix(report);
    out += '\n' + (matrix.empty() ? confusions_table(report) : matrix);
  }
  out += parts(report);
  const std::vector<GateLine> gates = gate_lines(report);
  if (!gates.empty()) out += "\n";
  for (const GateLine& gate : gates) out += wrapped(fmt::format("gate {}", gate.text()));
  if (gates.size() > 1) out += verdict_line(report) + '\n';
  return printable_lines(out);
}

}  // namespace mdl
