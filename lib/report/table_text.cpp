#include "report/table_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/formatting.h"

namespace mdl {

std::string alarming(const std::string& word, bool colour) { return colour ? "\x1b[1;31m" + word + "\x1b[0m" : word; }

namespace {

/// Names to the left, numbers to the right; empty where it does not fit.
std::string laid_out(const ReportTable& table, const TextStyle& style) {
  std::vector<size_t> widths;
  size_t total = 0;
  for (size_t j = 0; j < table.columns.size(); ++j) {
    size_t width = display_width(table.columns[j]);
    for (const auto& row : table.rows) width = std::max(width, display_width(row[j]));
    widths.push_back(width);
    total += width + (j == 0 ? 0 : 2);
  }
  if (total > style.columns) return "";
  std::string out;
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text;
    for (size_t j = 0; j < cells.size(); ++j) {
      const bool word = j >= table.names && j < table.names + table.words;
      const std::string padded = printable_lines(j < table.names + table.words
                                                     ? fmt::format("{:<{}}", cells[j], widths[j])
                                                     : fmt::format("{:>{}}", cells[j], widths[j]));
      text += j == 0 ? "" : "  ";
      text += word && cells[j] == kDrifted ? alarming(kDrifted, style.colour) + padded.substr(cells[j].size()) : padded;
    }
    out += text.substr(0, text.find_last_not_of(' ') + 1) + '\n';
  };
  line(table.columns);
  for (const auto& row : table.rows) line(row);
  return out;
}

/// A line of words for each row, where no form of the table fits.
std::string spelled_out(const ReportTable& table, const TextStyle& style) {
  std::string out;
  for (const auto& row : table.rows) {
    std::string text = row[0];
    for (size_t j = 1; j < row.size(); ++j)
      text += fmt::format("{} {} {}", j == 1 ? ":" : ",", table.columns[j], row[j]);
    out += wrapped(text, style.columns);
  }
  return out;
}

}  // namespace

std::string table_text(const std::vector<ReportTable>& forms, const TextStyle& style) {
  if (forms.front().rows.empty()) return "";
  const ReportTable* shown = &forms.front();
  std::string body;
  for (size_t i = 0; i < forms.size() && body.empty(); ++i) {
    body = laid_out(forms[i], style);
    if (!body.empty()) shown = &forms[i];
  }
  if (body.empty()) body = spelled_out(*shown, style);
  std::string out = '\n' + (shown->heading.empty() ? "" : wrapped(shown->heading, style.columns)) + body;
  for (const std::string& note : shown->notes) out += wrapped(note, style.columns);
  return out;
}

}  // namespace mdl
