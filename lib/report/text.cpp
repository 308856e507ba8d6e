#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "report/formatting.h"
#include "report/report.h"
#include "report/table_text.h"
#include "report/tables.h"

namespace mdl {
namespace {

constexpr size_t kLeastColumns = 40;
constexpr size_t kMostClasses = 40;
constexpr size_t kWidestName = 32;
constexpr size_t kLegible = 12, kNarrow = 8;
constexpr size_t kMostConfusions = 15;
constexpr size_t kMostRows = 20;    // of drift and importance
constexpr size_t kWidestCell = 24;  // of names in tables

/// Writes text within so many columns. What it returns is printable, but for the codes of colours.
class TextWriter {
 public:
  explicit TextWriter(const TextStyle& style)
      : columns_(std::max(style.columns, kLeastColumns)), colour_(style.colour) {}

  std::string report(const Report& report) const;

 private:
  std::string wrapped(std::string_view text) const { return mdl::wrapped(text, columns_); }

  std::string headline(const Report& report) const;
  ReportTable class_table(const Report& report) const;
  std::string confusion_matrix(const Report& report) const;
  ReportTable confusions_table(const Report& report) const;
  std::string table_text(const std::vector<ReportTable>& forms) const {
    return mdl::table_text(forms, {.columns = columns_, .colour = colour_});
  }
  std::string parts(const Report& report) const;
  std::string gates(const Report& report) const;

  std::string alarming(const std::string& word) const { return mdl::alarming(word, colour_); }

  size_t columns_;
  bool colour_;
};

std::string TextWriter::headline(const Report& report) const {
  const std::string rest = fmt::format(": {}, {}", counted(report.rows, "row"), name_of(report.task));
  const size_t room = columns_ - rest.size() - 4;
  const std::string data = path_text(report.data,
                                     std::max(room / 2, room - std::min(room, display_width(printable(report.model)))));
  return printable_lines(fmt::format("{} on {}{}\n", path_text(report.model, room - display_width(data)), data, rest));
}

ReportTable TextWriter::class_table(const Report& report) const {
  const std::vector<size_t> shown = classes_to_show(report, kMostClasses);
  ReportTable table{.columns = {"class", "precision", "recall", "f1", "support"}};
  for (const size_t i : shown) {
    const ClassScores& scores = report.per_class[i];
    table.rows.push_back({label_text(report.classes[i], std::min(kWidestName, columns_ - 34)),
                          score_text(scores.precision), score_text(scores.recall), score_text(scores.f1),
                          grouped(scores.support)});
  }
  const size_t hidden = report.per_class.size() - shown.size();
  if (hidden > 0)
    table.notes.push_back(fmt::format("and {} more with fewer rows each; --format json lists all",
                                      grouped(static_cast<long long>(hidden))));
  return table;
}

/// Empty when it is too wide even with the columns' names cut, or when the cut names would not differ any more.
std::string TextWriter::confusion_matrix(const Report& report) const {
  const size_t k = report.confusion.size();
  if (k == 0 || k * 3 > columns_) return "";
  for (size_t longest = kWidestName; longest >= 4; --longest) {
    std::vector<std::string> names;
    std::vector<size_t> widths;
    size_t left = columns_, widest = 0;
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
    std::string out = wrapped("confusion matrix (rows: true class, columns: predicted class)") +
                      std::string(first, ' ');
    for (size_t j = 0; j < k; ++j) out += fmt::format("{:>{}}", names[j], widths[j]);
    for (size_t i = 0; i < k; ++i) {
      out += fmt::format("\n{:<{}}", label_text(report.classes[i], first), first);
      for (size_t j = 0; j < k; ++j) out += fmt::format("{:>{}}", grouped(report.confusion[i][j]), widths[j]);
    }
    return printable_lines(out + "\n");
  }
  return "";
}

ReportTable TextWriter::confusions_table(const Report& report) const {
  ReportTable table{.heading = fmt::format("The confusion matrix of {} does not fit here; the largest confusions:",
                                           counted(static_cast<int64_t>(report.classes.size()), "class")),
                    .columns = {"true class", "predicted class", "rows"},
                    .names = 2};
  const size_t width = std::min(kWidestName, (columns_ - 16) / 2);
  for (const Confusion& confusion : largest_confusions(report, kMostConfusions)) {
    table.rows.push_back({label_text(report.classes[confusion.label], width),
                          label_text(report.classes[confusion.predicted], width), grouped(confusion.rows)});
  }
  return table;
}

std::string TextWriter::parts(const Report& report) const {
  std::string out;
  const auto forms = [&](const auto& table) {
    std::vector<ReportTable> tables;
    for (const size_t width : {kWidestName, kWidestCell, kLegible, kNarrow}) tables.push_back(table(width));
    return table_text(tables);
  };
  out += table_text({comparison_table(report), comparison_table(report, /*scores=*/false)});
  out += table_text({folds_table(report, kWidestName), folds_table(report, kWidestName, /*scores=*/2),
                     folds_table(report, kWidestName, /*scores=*/1), folds_table(report, kLegible, /*scores=*/1)});
  for (const Slice& slice : report.slices) {
    std::vector<ReportTable> tables;
    for (const size_t intervals : {1, 0}) {
      for (const size_t width : {kWidestName, kWidestCell, kLegible})
        tables.push_back(slice_table(report, slice, width, intervals));
    }
    for (const size_t width : {kWidestCell, kLegible, kNarrow})
      tables.push_back(slice_table(report, slice, width, /*intervals=*/1, /*scores=*/1));
    out += table_text(tables);
    out += forms([&](size_t width) { return gaps_table(report, slice, width); });
  }
  out += forms([&](size_t) { return quantiles_table(report); });
  out += forms([&](size_t) { return reliability_table(report); });
  out += forms([&](size_t width) { return importance_table(report, width, kMostRows); });
  out += forms([&](size_t width) { return drift_table(report, width, kMostRows); });
  out += forms([&](size_t width) { return unseen_table(report, width, kMostRows); });
  out += forms([&](size_t width) { return worst_table(report, width); });
  return out;
}

std::string TextWriter::gates(const Report& report) const {
  const std::vector<GateLine> gates = gate_lines(report);
  std::string out = gates.empty() ? "" : "\n";
  const std::string failed = verdict_text(Verdict::kFail);
  const auto line = [&](const std::string& text, bool fails) {
    std::string lines = wrapped(text);
    if (const size_t at = lines.rfind(failed); fails && at != std::string::npos)
      lines.replace(at, failed.size(), alarming(failed));
    out += lines;
  };
  for (const GateLine& gate : gates) line(fmt::format("gate {}", gate.text()), gate.verdict == Verdict::kFail);
  if (gates.size() > 1) line(verdict_line(report), verdict_of(report) == Verdict::kFail);
  return out;
}

std::string TextWriter::report(const Report& report) const {
  std::string out = headline(report);
  for (const std::string& note : notes(report)) out += wrapped(note);
  out += wrapped(fmt::format("The baseline is {}.", printable(report.baseline_text)));
  std::vector<ReportTable> scores = scores_tables(report);
  for (ReportTable& table : scores) table.heading = "";
  if (scores.size() > 1) scores[1].columns[0] = "further scores";
  out += table_text({scores[0]});
  if (report.task != Task::kRegression) {
    out += table_text({class_table(report)});
    const std::string matrix = confusion_matrix(report);
    out += matrix.empty() ? table_text({confusions_table(report)}) : '\n' + matrix;
  }
  if (scores.size() > 1) out += table_text({scores[1]});
  return out + parts(report) + gates(report);
}

}  // namespace

std::string text_report(const Report& report, const TextStyle& style) { return TextWriter(style).report(report); }

std::string text_report(const Report& report) { return text_report(report, {}); }

}  // namespace mdl
