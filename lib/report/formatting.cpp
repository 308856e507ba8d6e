#include "report/formatting.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <iterator>
#include <set>

#include "base/text.h"

namespace mdl {

std::string score_text(double value) {
  const double size = std::abs(value);
  if (size >= 1e9) return fmt::format("{:.4e}", value);
  if (size >= 1e4) return grouped(std::llround(value));
  if (size != 0 && size < 1e-3) return fmt::format("{:.3g}", value);
  return fmt::format("{:.{}f}", value, size >= 1e3 ? 1 : size >= 1e2 ? 2 : size >= 10 ? 3 : 4);
}

std::string score_text(const std::optional<double>& value) { return value ? score_text(*value) : "-"; }

std::string score_text(const Scores& scores, Metric metric) {
  const auto value = score_of(scores, metric);
  if (!value || metric != Metric::kR2 || std::abs(*value) >= 1e-3) return score_text(value);
  return fmt::format("{:.4f}", std::round(*value * 1e4) / 1e4 + 0.0);
}

std::string interval_text(const Interval& interval) {
  return fmt::format("[{}, {}]", score_text(interval.low), score_text(interval.high));
}

std::string interval_text(const std::optional<Interval>& interval) { return interval ? interval_text(*interval) : "-"; }

std::string interval_text(const Report& report, Metric metric) {
  for (const auto& [candidate, interval] : report.intervals) {
    if (candidate == metric) return interval_text(interval);
  }
  return "-";
}

std::string interval_heading(const Report& report) { return fmt::format("{:.6g} % interval", 100 * report.confidence); }

namespace {

/// "f1 >= 0.80", "f1[gender=Female] >= 0.70", "f1 drop <= 0.01"
std::string gate_name(const Gate& gate) {
  std::string group;
  for (const auto& [column, value] : gate.group)
    group += fmt::format("{}{}={}", group.empty() ? "[" : ",", printable(column), printable(value));
  if (!group.empty()) group += "]";
  std::string bound = fmt::format("{:.2f}", gate.bound);
  if (std::abs(gate.bound) >= 10 || parse_number(bound) != gate.bound) bound = shortest(gate.bound);
  const bool at_least = !gate.drop && higher_is_better(gate.metric);
  return fmt::format("{}{}{} {} {}", name_of(gate.metric), group, gate.drop ? " drop" : "",
                     at_least ? ">=" : "<=", bound);
}

/// "0.7641", with the digits that tell where a bound is missed narrowly; "undefined"
std::string gate_value(const GateResult& result) {
  if (!result.value) return "undefined";
  // Beside a bound that is missed narrowly, a rounded value would look as if it met it.
  const double bound = result.gate.bound, distance = std::abs(*result.value - bound);
  const bool close = distance != 0 && distance <= 1e-4 * std::max(1.0, std::abs(bound));
  return close ? shortest(*result.value) : score_text(*result.value);
}

}  // namespace

const char* verdict_text(Verdict verdict) {
  return verdict == Verdict::kPass ? "passed" : verdict == Verdict::kFail ? "FAILED" : "undecided";
}

std::string GateLine::text() const {
  return fmt::format("{}: {}{}{} {}", name, value, interval.empty() ? "" : " ", interval, verdict_text(verdict));
}

GateLine gate_line(const GateResult& result) {
  std::string interval = result.interval ? interval_text(*result.interval) : "";
  if (!result.interval && result.verdict == Verdict::kUndecided)
    interval = "(no interval of this confidence can be had from these rows)";
  return {gate_name(result.gate), gate_value(result), interval, result.verdict};
}

std::vector<GateLine> gate_lines(const Report& report) {
  std::vector<GateLine> lines;
  for (const GateResult& gate : report.gates) lines.push_back(gate_line(gate));
  if (report.unknown_labels_are_gate) {
    const std::string found = fmt::format("{} of {}", grouped(report.unknown_label_rows), grouped(report.rows));
    lines.push_back(
        {"rows with unknown labels <= 0", found, "", report.unknown_label_rows > 0 ? Verdict::kFail : Verdict::kPass});
  }
  if (!report.drift_is_gate) return lines;
  const std::vector<ColumnDrift>& columns = report.drift->columns;
  const auto drifted = std::ranges::count_if(columns, &ColumnDrift::drifted);
  const std::string found = fmt::format("{} of {}", grouped(drifted), grouped(static_cast<long long>(columns.size())));
  lines.push_back({"drifted columns <= 0", found, "", report.drift->found ? Verdict::kFail : Verdict::kPass});
  return lines;
}

size_t gates_with(const Report& report, Verdict verdict) {
  return static_cast<size_t>(std::ranges::count(gate_lines(report), verdict, &GateLine::verdict));
}

Verdict verdict_of(const Report& report) {
  return gates_with(report, Verdict::kFail) > 0        ? Verdict::kFail
         : gates_with(report, Verdict::kUndecided) > 0 ? Verdict::kUndecided
                                                       : Verdict::kPass;
}

std::string verdict_line(const Report& report) {
  const Verdict verdict = verdict_of(report);
  const auto all = static_cast<int64_t>(gate_lines(report).size()),
             such = static_cast<int64_t>(gates_with(report, verdict));
  std::string out = (all == such ? "" : grouped(such) + " of ") + counted(all, "gate") + " " + verdict_text(verdict);
  const size_t undecided = gates_with(report, Verdict::kUndecided);
  if (verdict == Verdict::kFail && undecided > 0) out += fmt::format(", {} undecided", undecided);
  return out;
}

namespace {

/// Bytes of the character that starts at `text[at]`.
size_t character(std::string_view text, size_t at) {
  size_t length = 1;
  while (length < 4 && at + length < text.size() && (static_cast<unsigned char>(text[at + length]) & 0xC0) == 0x80)
    ++length;
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

std::string wrapped(std::string_view text, size_t columns) {
  std::string out;
  size_t used = 0;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    const size_t width = display_width(word);
    if (used > 0 && used + 1 + width > columns) {
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
  return printable_lines(out + '\n');
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

std::string path_text(const std::string& path, size_t width) {
  const std::string text = printable(path);
  if (display_width(text) <= width) return text;
  size_t start = 0;
  while (display_width(std::string_view(text).substr(start)) + 3 > width) start += character(text, start);
  return fmt::format("...{}", text.substr(start));
}

std::string label_text(std::string_view name, size_t width) {
  return name.empty() ? "''" : cut(printable(name), width);
}

std::string today() {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now())};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::vector<Metric> scored_metrics(const Report& report) {
  std::set<Metric> metrics;
  for (const auto& [metric, value] : report.scores) metrics.insert(metric);
  for (const auto& [metric, value] : report.baseline) metrics.insert(metric);
  return {metrics.begin(), metrics.end()};
}

namespace {

constexpr size_t kWidestLabel = 40;

}  // namespace

std::vector<Metric> headed(const Report& report, std::vector<Metric> metrics) {
  const auto own = std::ranges::find(metrics, report.metric);
  if (own != metrics.end()) {
    std::rotate(metrics.begin(), own, own + 1);
  } else {
    metrics[0] = report.metric;
  }
  return metrics;
}

std::vector<Metric> leading_metrics(const Report& report) {
  using enum Metric;
  const std::vector<Metric> all = scored_metrics(report);
  std::vector<Metric> leading = report.task == Task::kBinary ? std::vector{kAccuracy, kRocAuc, kF1, kLogLoss}
                                : report.task == Task::kMulticlass
                                    ? std::vector{kAccuracy, kBalancedAccuracy, kF1, kLogLoss}
                                    : std::vector{kR2, kRmse, kMae, kMedianAbsoluteError};
  leading = headed(report, std::move(leading));
  std::erase_if(leading, [&](Metric metric) { return std::ranges::find(all, metric) == all.end(); });
  return leading;
}

std::vector<Metric> further_metrics(const Report& report) {
  using enum Metric;
  std::vector<Metric> metrics = scored_metrics(report);
  const std::vector<Metric> leading = leading_metrics(report);
  std::erase_if(metrics, [&](Metric metric) {
    const bool macro = metric == kPrecisionMacro || metric == kRecallMacro || metric == kF1Macro;
    const bool balanced = metric == kRecallMacro &&
                          score_of(report.scores, metric) == score_of(report.scores, kBalancedAccuracy);
    return std::ranges::find(leading, metric) != leading.end() || metric == kRecallWeighted || balanced ||
           (macro && report.task == Task::kMulticlass);
  });
  return metrics;
}

std::vector<std::string> notes(const Report& report) {
  std::vector<std::string> notes;
  if (!report.chosen_here.empty()) {
    notes.push_back(fmt::format("These rows also chose the {}: slightly optimistic.", join_names(report.chosen_here)));
  }
  if (const auto& networks = report.networks_a_row) {
    const auto found = score_of(report.as_found, report.metric), expected = score_of(report.scores, report.metric);
    notes.push_back(
        fmt::format("A row is predicted here by the {} of {} networks that did not train on it; the scores are those "
                    "expected of all{}.",
                    networks->here, networks->all,
                    found && expected ? fmt::format(" ({}: {} found, {} expected)", name_of(report.metric),
                                                    score_text(*found), score_text(*expected))
                                      : ""));
  }
  if (report.task == Task::kBinary) {
    notes.push_back(fmt::format("The positive class is {}, predicted from a probability of {}.",
                                cut(quote(report.classes[report.positive]), kWidestLabel), shortest(report.threshold)));
  }
  const std::vector<std::string> of_rows = row_notes(report);
  notes.insert(notes.end(), of_rows.begin(), of_rows.end());
  return notes;
}

std::vector<std::string> row_notes(const Report& report) {
  std::vector<std::string> notes;
  if (report.skipped_unlabelled > 0) {
    notes.push_back(fmt::format("{} without a target {} skipped.", counted(report.skipped_unlabelled, "row"),
                                report.skipped_unlabelled == 1 ? "is" : "are"));
  }
  if (!report.unknown_labels.empty()) {
    const int64_t unknown = report.unknown_label_rows, others = report.rows - unknown;
    std::vector<std::string> names;
    for (const std::string& label : report.unknown_labels) names.push_back(cut(quote(label), kWidestLabel));
    notes.push_back(fmt::format(
        "{} with a label unknown to the model ({}) count{} as wrong in accuracy, precision, recall, F1 and the like; "
        "log_loss, brier, ece, roc_auc, average_precision and calibration are {}.",
        counted(unknown, "row"), join_names(names), unknown == 1 ? "s" : "",
        others == 0 ? "undefined, since no row has a known label"
                    : fmt::format("of the other {}", counted(others, "row"))));
  }
  if (report.zero_targets > 0) {
    notes.push_back(fmt::format("The target is 0 in {}, by which mape divides: read mae or median_absolute_error.",
                                counted(report.zero_targets, "row")));
  }
  return notes;
}

std::vector<UnseenCells> with_unseen(const std::vector<UnseenCells>& columns) {
  std::vector<UnseenCells> found;
  std::ranges::copy_if(columns, std::back_inserter(found), [](const UnseenCells& column) { return column.unseen > 0; });
  std::ranges::stable_sort(found, std::greater(), &UnseenCells::unseen);
  return found;
}

std::vector<std::string> unseen_lines(const std::vector<UnseenCells>& columns) {
  constexpr size_t kMostLines = 10;
  std::vector<std::string> lines;
  const std::vector<UnseenCells> found = with_unseen(columns);
  for (size_t i = 0; i < std::min(found.size(), kMostLines); ++i) {
    const UnseenCells& one = found[i];
    const std::string rare = one.left_out == 0 ? ""
                                               : fmt::format(" or saw too rarely ({} of its {})", grouped(one.left_out),
                                                             counted(one.training_rows, "row"));
    const std::string why = one.training_rows == 0 ? "that the model does not know"
                                                   : "that training did not see" + rare;
    lines.push_back(fmt::format("{}: {} of {} {} {}", printable(one.column), grouped(one.unseen),
                                counted(one.cells, "cell"), one.unseen == 1 ? "is a category" : "are categories", why));
  }
  if (found.size() > kMostLines)
    lines.push_back(
        fmt::format("and likewise in {} more", counted(static_cast<int64_t>(found.size() - kMostLines), "column")));
  return lines;
}

std::vector<size_t> classes_to_show(const Report& report, size_t most) {
  std::vector<size_t> shown(report.per_class.size());
  for (size_t i = 0; i < shown.size(); ++i) shown[i] = i;
  constexpr size_t kMostInOrder = 10;
  if (shown.size() <= std::min(most, kMostInOrder)) return shown;
  std::stable_sort(shown.begin(), shown.end(),
                   [&](size_t a, size_t b) { return report.per_class[a].support > report.per_class[b].support; });
  shown.resize(std::min(most, shown.size()));
  return shown;
}

std::vector<Confusion> largest_confusions(const Report& report, size_t most) {
  std::vector<Confusion> all = report.confusions;
  for (size_t label = 0; label < report.confusion.size(); ++label) {
    for (size_t predicted = 0; predicted < report.confusion.size(); ++predicted) {
      const int64_t rows = report.confusion[label][predicted];
      if (label != predicted && rows > 0) all.push_back({label, predicted, rows});
    }
  }
  std::stable_sort(all.begin(), all.end(), [](const Confusion& a, const Confusion& b) { return a.rows > b.rows; });
  all.resize(std::min(all.size(), most));
  return all;
}

}  // namespace mdl
