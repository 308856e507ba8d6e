#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "report/formatting.h"
#include "report/html_parts.h"
#include "report/svg.h"

namespace mdl {

std::string heat_map(const Report& report) {
  constexpr size_t kWidestName = 24;
  constexpr double kCell = 15, kLetter = 6.2, kGap = 6;
  const std::vector<size_t> order = classes_to_show(report, report.classes.size());
  size_t widest = 0;
  std::vector<std::string> names;
  for (const size_t i : order) {
    names.push_back(label_text(report.classes[i], kWidestName));
    widest = std::max(widest, display_width(names.back()));
  }
  const double margin = kLetter * static_cast<double>(widest) + kGap,
               side = margin + kCell * static_cast<double>(order.size()) + 1;
  std::string out = fmt::format(
      "<div class=\"wide\"><svg class=\"heat\" viewBox=\"0 0 {0:.0f} {0:.0f}\" style=\"min-width:{1:.0f}px;"
      "max-width:{0:.0f}px\" role=\"img\"><title>Confusion matrix</title>\n",
      side, std::min(side, 560.0));
  for (size_t i = 0; i < order.size(); ++i) {
    const double middle = margin + kCell * (static_cast<double>(i) + 0.5) + 4;
    out += fmt::format("<text class=\"end\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", margin - kGap, middle,
                       escaped(names[i]));
    out += fmt::format("<text transform=\"translate({:.1f},{:.1f}) rotate(-90)\">{}</text>\n", middle, margin - kGap,
                       escaped(names[i]));
    const int64_t support = report.per_class[order[i]].support;
    for (size_t j = 0; j < order.size(); ++j) {
      const int64_t rows = report.confusion[order[i]][order[j]];
      if (rows == 0) continue;
      const double share = support == 0 ? 1 : static_cast<double>(rows) / static_cast<double>(support);
      out += fmt::format(
          "<rect class=\"bar {}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"{}\" fill-opacity=\"{:.2f}\">"
          "<title>{} predicted as {}: {}</title></rect>\n",
          i == j ? "one" : "two", margin + kCell * static_cast<double>(j), margin + kCell * static_cast<double>(i),
          kCell - 1, kCell - 1, 0.12 + 0.88 * std::sqrt(std::min(1.0, share)), escaped(names[i]), escaped(names[j]),
          grouped(rows));
    }
  }
  return out + fmt::format(
                   "<rect class=\"frame\" x=\"{0:.1f}\" y=\"{0:.1f}\" width=\"{1:.1f}\" height=\"{1:.1f}\"/>"
                   "</svg></div>\n",
                   margin - 0.5, side - margin);
}

}  // namespace mdl
