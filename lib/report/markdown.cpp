#include "report/markdown.h"

#include <fmt/format.h>

#include "base/text.h"
#include "report/formatting.h"
#include "report/report.h"
#include "report/tables.h"

namespace mdl {

std::string markdown_code(std::string_view name) {
  const std::string text = printable(name);
  if (text.find_first_of("`|\\") == std::string::npos && !text.empty() && text.front() != ' ' && text.back() != ' ')
    return "`" + text + "`";
  // Between backticks there is no way to write these for certain, in a table least of all.
  std::string out = "<code>";
  for (const char c : text) {
    const bool plain = c == ' ' || (c & 0x80) != 0 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                       (c >= 'A' && c <= 'Z');
    out += plain ? std::string(1, c) : fmt::format("&#{};", static_cast<int>(c));
  }
  return out + "</code>";
}

std::string markdown_text(std::string_view text) {
  const std::string plain = printable(text);
  std::string out;
  for (size_t i = 0; i < plain.size(); ++i) {
    const char c = plain[i], next = i + 1 < plain.size() ? plain[i + 1] : ' ';
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '|': out += "&#124;"; break;
      case '@':
      case '#': out += fmt::format("{}&#8203;", c); break;  // nobody is called, no issue is linked
      case '\\':
      case '`':
      case '*':
      case '_':
      case '~': out += fmt::format("\\{}", c); break;
      case ']':
        out += next == '(' || next == '[' || next == ':' ? "\\]" : "]";
        break;  // what would end the text of a link
      default: out += c;
    }
  }
  return out;
}

namespace {

constexpr size_t kWidestName = 40;
constexpr size_t kMostClasses = 30;
constexpr size_t kMostRows = 10;  // of drift and importance

std::string line(const std::vector<std::string>& cells) {
  std::string out = "|";
  for (const std::string& cell : cells) out += fmt::format(" {} |", cell);
  return out + "\n";
}

std::string body(const ReportTable& table) {
  std::string out = line(table.columns) + "|";
  for (size_t j = 0; j < table.columns.size(); ++j) out += j < table.names + table.words ? " --- |" : " ---: |";
  out += "\n";
  for (const auto& row : table.rows) {
    std::vector<std::string> cells;
    for (size_t j = 0; j < row.size(); ++j)
      cells.push_back(j < table.names ? markdown_code(row[j]) : markdown_text(row[j]));
    out += line(cells);
  }
  for (const std::string& note : table.notes) out += fmt::format("\n{}\n", markdown_text(note));
  return out;
}

std::string section(const ReportTable& table) {
  return table.rows.empty() ? "" : fmt::format("\n**{}**\n\n{}", markdown_text(table.heading), body(table));
}

/// What is one click away.
std::string folded(const ReportTable& table) {
  if (table.rows.empty()) return "";
  return fmt::format("\n<details><summary>{}</summary>\n\n{}\n</details>\n", markdown_text(table.heading), body(table));
}

ReportTable classes_table(const Report& report) {
  ReportTable table{.heading = "Classes", .columns = {"class", "precision", "recall", "f1", "support"}};
  const std::vector<size_t> shown = classes_to_show(report, kMostClasses);
  for (const size_t i : shown) {
    const ClassScores& scores = report.per_class[i];
    table.rows.push_back({label_text(report.classes[i], kWidestName), score_text(scores.precision),
                          score_text(scores.recall), score_text(scores.f1), grouped(scores.support)});
  }
  if (shown.size() < report.per_class.size()) {
    table.notes.push_back(
        fmt::format("Shown are the {} largest of {} classes.", shown.size(), report.per_class.size()));
  }
  return table;
}

std::string first_line(const Report& report) {
  if (!gate_lines(report).empty()) return verdict_line(report);
  return fmt::format("{} {}", name_of(report.metric), score_text(report.scores, report.metric));
}

}  // namespace

std::string markdown_report(const Report& report) {
  std::string out = fmt::format("**{}**\n\n", markdown_text(first_line(report)));
  out += fmt::format("{} on {}: {}, {}.", markdown_code(path_text(report.model, 2 * kWidestName)),
                     markdown_code(path_text(report.data, 2 * kWidestName)), counted(report.rows, "row"),
                     name_of(report.task));
  for (const std::string& note : notes(report)) out += fmt::format(" {}", markdown_text(note));
  out += fmt::format(" The baseline is {}.\n", markdown_code(report.baseline_text));
  const std::vector<ReportTable> scores = scores_tables(report);
  out += section(gates_table(report)) + section(scores[0]) + section(comparison_table(report));
  out += section(quantiles_table(report)) + section(folds_table(report, kWidestName));
  for (const Slice& slice : report.slices) {
    out += section(slice_table(report, slice, kWidestName, 1));
    out += section(gaps_table(report, slice, kWidestName));
  }
  out += section(drift_table(report, kWidestName, kMostRows)) + section(unseen_table(report, kWidestName, kMostRows));
  if (scores.size() > 1) out += folded(scores[1]);
  out += folded(importance_table(report, kWidestName, kMostRows));
  out += folded(classes_table(report));
  out += folded(reliability_table(report));
  return printable_lines(out + folded(worst_table(report, kWidestName)));
}

}  // namespace mdl
