#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/text.h"
#include "report/report.h"
#include "report/words.h"

namespace mdl {

std::string score_text(double value) {
  const double size = std::abs(value);
  if (size >= 1e9) return fmt::format("{:.4e}", value);
  if (size >= 1e4) return grouped(std::llround(value));
  if (size != 0 && size < 1e-3) return fmt::format("{:.3g}", value);
  return fmt::format("{:.{}f}", value, size >= 1e3 ? 1 : size >= 1e2 ? 2 : size >= 10 ? 3 : 4);
}

std::string score_text(const std::optional<double>& value) { return value ? score_text(*value) : "-"; }

std::string interval_text(const Report& report, Metric metric) {
  for (const auto& [candidate, interval] : report.intervals) {
    if (candidate == metric) return fmt::format("[{}, {}]", score_text(interval.low), score_text(interval.high));
  }
  return "-";
}

std::string interval_heading(const Report& report) { return fmt::format("{:.6g} % interval", 100 * report.confidence); }

std::string gate_text(const GateResult& result) {
  const double bound = result.gate.bound;
  std::string bound_text = fmt::format("{:.2f}", bound);
  if (std::abs(bound) >= 10 || parse_number(bound_text) != bound) bound_text = shortest(bound);
  std::string value = "undefined";
  if (result.value) {
    // Beside a bound that is missed narrowly, a rounded value would look as if it met it.
    const double distance = std::abs(*result.value - bound);
    const bool close = distance != 0 && distance <= 1e-4 * std::max(1.0, std::abs(bound));
    value = close ? shortest(*result.value) : score_text(*result.value);
  }
  return fmt::format("{} {} {}: {} {}", name_of(result.gate.metric), higher_is_better(result.gate.metric) ? ">=" : "<=", bound_text, value,
                     result.verdict == Verdict::kPass ? "passed" : "FAILED");
}

namespace {

/// Bytes of the character that starts at `text[at]`.
size_t character(std::string_view text, size_t at) {
  size_t length = 1;
  while (length < 4 && at + length < text.size() && (static_cast<unsigned char>(text[at + length]) & 0xC0) == 0x80) ++length;
  return length;
}

/// fmt pads by display width, so that its own idea of a character's width is the one that aligns.
size_t character_width(std::string_view one) { return 2 - (fmt::formatted_size("{:<2}", one) - one.size()); }

}  // namespace

size_t display_width(std::string_view text) {
  size_t width = 0;
  for (size_t i = 0, length; i < text.size(); i += length) {
    length = character(text, i);
    width += character_width(text.substr(i, length));
  }
  return width;
}

std::string cut(std::string_view text, size_t width) {
  if (display_width(text) <= width) return std::string(text);
  const std::string dots(width < 12 ? 1 : 3, '.');
  size_t end = 0;
  for (size_t used = dots.size();;) {
    const size_t length = character(text, end);
    used += character_width(text.substr(end, length));
    if (used > width) break;
    end += length;
  }
  while (end > 0 && text[end - 1] == ' ') --end;
  return std::string(text.substr(0, end)) + dots;
}

std::string printable(std::string_view text) {
  std::string out;
  for (size_t i = 0, length; i < text.size(); i += length) {
    length = character(text, i);
    const std::string quoted = quote(text.substr(i, length));
    out.append(quoted, 1, quoted.size() - 2);
  }
  return out;
}

std::string label_text(std::string_view name, size_t width) { return name.empty() ? "''" : cut(printable(name), width); }

std::string counted(int64_t count, const char* noun) { return fmt::format("{} {}{}", grouped(count), noun, count == 1 ? "" : "s"); }

std::vector<Metric> scored_metrics(const Report& report) {
  std::set<Metric> metrics;
  for (const auto& [metric, value] : report.scores) metrics.insert(metric);
  for (const auto& [metric, value] : report.baseline) metrics.insert(metric);
  return {metrics.begin(), metrics.end()};
}

std::vector<std::string> notes(const Report& report) {
  constexpr size_t kWidest = 40;
  std::vector<std::string> notes;
  if (report.task == Task::kBinary) {
    notes.push_back(fmt::format("The positive class is {}, predicted at a probability of {} or more.",
                                cut(quote(report.classes[report.positive]), kWidest), shortest(report.threshold)));
  }
  if (report.skipped_unlabelled > 0) {
    notes.push_back(fmt::format("{} without a target {} left out.", counted(report.skipped_unlabelled, "row"),
                                report.skipped_unlabelled == 1 ? "is" : "are"));
  }
  if (!report.unknown_labels.empty()) {
    int64_t unknown = report.rows;
    for (const auto& row : report.confusion) {
      for (const int64_t count : row) unknown -= count;
    }
    std::vector<std::string> names;
    for (const std::string& label : report.unknown_labels) names.push_back(cut(quote(label), kWidest));
    notes.push_back(fmt::format("{} with a label that the model does not know ({}) count{} as wrong.", counted(unknown, "row"), join_names(names),
                                unknown == 1 ? "s" : ""));
  }
  return notes;
}

std::vector<size_t> classes_to_show(const Report& report, size_t most) {
  std::vector<size_t> shown(report.per_class.size());
  for (size_t i = 0; i < shown.size(); ++i) shown[i] = i;
  if (shown.size() <= most) return shown;
  std::stable_sort(shown.begin(), shown.end(), [&](size_t a, size_t b) { return report.per_class[a].support > report.per_class[b].support; });
  shown.resize(most);
  std::sort(shown.begin(), shown.end());
  return shown;
}

std::vector<Confusion> largest_confusions(const Report& report, size_t most) {
  std::vector<Confusion> all;
  for (size_t truth = 0; truth < report.confusion.size(); ++truth) {
    for (size_t predicted = 0; predicted < report.confusion.size(); ++predicted) {
      const int64_t rows = report.confusion[truth][predicted];
      if (truth != predicted && rows > 0) all.push_back({truth, predicted, rows});
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Confusion& a, const Confusion& b) { return a.rows > b.rows; });
  all.resize(std::min(all.size(), most));
  return all;
}

namespace {

constexpr size_t kColumns = 80;
constexpr size_t kMostClasses = 40;
constexpr size_t kWidestName = 32;
constexpr size_t kLegible = 12;
constexpr size_t kMostConfusions = 15;

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

/// The end of a path says more than its start.
std::string path_text(const std::string& path, size_t width) {
  const std::string text = printable(path);
  if (display_width(text) <= width) return text;
  size_t start = 0;
  while (display_width(std::string_view(text).substr(start)) + 3 > width) start += character(text, start);
  return fmt::format("...{}", text.substr(start));
}

std::string headline(const Report& report) {
  const std::string rest = fmt::format(": {}, {}", counted(report.rows, "row"), name_of(report.task));
  const size_t room = kColumns - rest.size() - 4;
  const std::string data = path_text(report.data, std::max(room / 2, room - std::min(room, display_width(printable(report.model)))));
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
    out += fmt::format("{:<22}{:>12}{:<{}}{:>12}\n", name_of(metrics[i]), score_text(score_of(report.scores, metrics[i])), cells[i], width,
                       score_text(score_of(report.baseline, metrics[i])));
  }
  return out;
}

std::string class_table(const Report& report) {
  const std::vector<size_t> shown = classes_to_show(report, kMostClasses);
  size_t width = 8;
  for (const size_t i : shown) width = std::max(width, display_width(label_text(report.classes[i], kWidestName)));
  std::string out = fmt::format("{:<{}}{:>12}{:>9}{:>9}{:>12}\n", "class", width, "precision", "recall", "f1", "support");
  for (const size_t i : shown) {
    const ClassScores& scores = report.per_class[i];
    out += fmt::format("{:<{}}{:>12}{:>9}{:>9}{:>12}\n", label_text(report.classes[i], kWidestName), width, score_text(scores.precision),
                       score_text(scores.recall), score_text(scores.f1), grouped(scores.support));
  }
  const size_t hidden = report.per_class.size() - shown.size();
  if (hidden > 0) out += fmt::format("and {} more with fewer rows each; --format json lists all\n", grouped(static_cast<long long>(hidden)));
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
    std::string out = fmt::format("confusion matrix (rows: truth, columns: prediction)\n{:<{}}", "", first);
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
  std::string out = fmt::format("The confusion matrix of {} classes does not fit here; the largest confusions:\n", report.classes.size());
  out += fmt::format("{:<32}{:<32}{:>12}\n", "truth", "prediction", "rows");
  for (const Confusion& confusion : largest_confusions(report, kMostConfusions)) {
    out += fmt::format("{:<32}{:<32}{:>12}\n", label_text(report.classes[confusion.truth], 30), label_text(report.classes[confusion.predicted], 30),
                       grouped(confusion.rows));
  }
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
  if (!report.gates.empty()) out += "\n";
  for (const GateResult& gate : report.gates) out += fmt::format("gate {}\n", gate_text(gate));
  return out;
}

}  // namespace mdl
