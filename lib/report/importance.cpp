#include "report/importance.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/formatting.h"

namespace mdl {

std::string importance_text(const Report& report) {
  constexpr size_t kWidestName = 40, kWidestPath = 38;
  const std::string heading = interval_heading(report);
  const char* metric = name_of(report.importance_metric);
  std::vector<std::string> names, intervals;
  size_t name_width = std::string_view("feature").size(), interval_width = heading.size();
  for (const Importance& one : report.importance) {
    names.push_back(label_text(one.feature, kWidestName));
    intervals.push_back(interval_text(one.interval));
    name_width = std::max(name_width, display_width(names.back()));
    interval_width = std::max(interval_width, intervals.back().size());
  }
  std::string out = fmt::format("{} on {}\n{}, {} {} {}\n\n", path_text(report.model, kWidestPath),
                                path_text(report.data, kWidestPath), counted(report.rows, "row"), metric,
                                score_text(score_of(report.scores, report.importance_metric)),
                                interval_text(report, report.importance_metric));
  for (const std::string& note : notes(report)) out += wrapped(note, 80);
  out += fmt::format("How much worse {} becomes when a column is shuffled among the rows:\n\n", metric);
  out += fmt::format("{:<{}}{:>12}  {:>{}}\n", "feature", name_width, "drop", heading, interval_width);
  for (size_t i = 0; i < names.size(); ++i) {
    out += fmt::format("{:<{}}{:>12}  {:>{}}\n", names[i], name_width, score_text(report.importance[i].drop),
                       intervals[i], interval_width);
  }
  return printable_lines(out);
}

}  // namespace mdl
