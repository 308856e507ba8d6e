#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "report/formatting.h"
#include "report/html_parts.h"
#include "report/svg.h"

namespace mdl {
namespace {

Cells cells_of(const Density& density) {
  return {density.x.low,    density.x.high, density.y.low, density.y.high,
          Density::kAcross, Density::kDown, density.counts};
}

/// " 3 rows lie beyond the chart."
std::string outside_text(int64_t rows) {
  return rows == 0 ? "" : fmt::format(" {} {} beyond the chart.", counted(rows, "row"), rows == 1 ? "lies" : "lie");
}

std::string row_key(const ErrorShape& shape) { return shape.points.empty() ? "rows, the stronger the more" : "rows"; }

std::string actual_figure(const ErrorShape& shape, const Report& report) {
  const Limits& limits = shape.labels.x;
  Chart chart(fmt::format("Actual against predicted {}", printable(report.target)),
              round_axis(limits.low, limits.high, "predicted"), round_axis(limits.low, limits.high, "actual"));
  if (shape.points.empty()) chart.cells(cells_of(shape.labels), "one");
  chart.line({{limits.low, limits.low}, {limits.high, limits.high}}, "guide");
  std::vector<PlotPoint> points;
  for (const RegressionPoint& point : shape.points) points.push_back({point.predicted, point.label});
  chart.points(points, "one");
  return figure("Predicted and actual", {{"one box", row_key(shape)}, {"guide", "predicted = actual"}}, chart,
                "On the dashed line predictions are exact; above it they are too low, below it too high." +
                    outside_text(shape.labels.outside));
}

std::string residual_figure(const ErrorShape& shape) {
  const Limits &x = shape.residuals.x, &y = shape.residuals.y;
  Chart chart("Residuals by prediction", round_axis(x.low, x.high, "predicted"),
              round_axis(std::min(y.low, 0.0), std::max(y.high, 0.0), "residual, actual - predicted"));
  if (shape.points.empty()) chart.cells(cells_of(shape.residuals), "one");
  chart.line({{x.low, 0}, {x.high, 0}}, "guide");
  std::vector<PlotPoint> points, means;
  for (const RegressionPoint& point : shape.points) points.push_back({point.predicted, point.label - point.predicted});
  chart.points(points, "one");
  for (const ErrorGroup& group : shape.groups) {
    if (group.mean_predicted >= x.low && group.mean_predicted <= x.high)
      means.push_back({group.mean_predicted, group.mean_residual});
  }
  std::vector<Key> keys = {{"one box", row_key(shape)}};
  if (!means.empty()) {
    chart.line(means, "two");
    for (const PlotPoint& point : means) chart.dot(point, "two");
    keys.push_back({"two", "mean of a group of rows"});
  }
  return figure(
      "Residuals", keys, chart,
      "The mean should stay near 0 all along: where it does not, the model is off in one direction. Where the "
      "rows fan out, it errs more." +
          outside_text(shape.residuals.outside));
}

std::string group_figure(const ErrorShape& shape, const Report& report) {
  if (shape.groups.size() < 2) return "";
  double highest = 0;
  for (const ErrorGroup& group : shape.groups) highest = std::max(highest, group.mae);
  const auto count = static_cast<int64_t>(shape.groups.size());
  Chart chart("Mean absolute error by predicted value",
              {0.5, static_cast<double>(count) + 0.5, 1, "group, by rising prediction"}, round_axis(0, highest, "mae"));
  for (size_t i = 0; i < shape.groups.size(); ++i) {
    const auto at = static_cast<double>(i + 1);
    chart.bar(at - 0.4, at + 0.4, shape.groups[i].mae, "one");
  }
  std::vector<Key> keys = {{"one box", "mae"}};
  if (const auto mae = score_of(report.scores, Metric::kMae)) {
    chart.line({{0.5, *mae}, {static_cast<double>(count) + 0.5, *mae}}, "guide");
    keys.push_back({"guide", "of all rows, " + score_text(*mae)});
  }
  std::vector<std::string> ends;
  for (size_t i = 1; i < shape.groups.size(); ++i) ends.push_back(score_text(shape.groups[i].lowest));
  return figure(count == 10 ? "Error by decile" : "Error by predicted value", keys, chart,
                fmt::format("{} of as many rows each, by their prediction; they begin at {}.", counted(count, "group"),
                            "the lowest, " + join_names(ends, ends.size())));
}

std::string distribution_figure(const ErrorShape& shape) {
  const Limits& limits = shape.residuals.y;
  const int64_t most = shape.bars.empty() ? 0 : *std::max_element(shape.bars.begin(), shape.bars.end());
  if (most == 0 || limits.high == limits.low) return "";
  const double low = std::min(limits.low, 0.0), high = std::max(limits.high, 0.0),
               width = (limits.high - limits.low) / static_cast<double>(ErrorShape::kBars);
  Chart chart("Rows by residual", round_axis(low, high, "residual, actual - predicted"),
              round_axis(0, static_cast<double>(most), "rows"));
  int64_t beyond = shape.rows;
  for (size_t i = 0; i < shape.bars.size(); ++i) {
    const double left = limits.low + static_cast<double>(i) * width;
    if (shape.bars[i] > 0)
      chart.bar(left + width * 0.05, left + width * 0.95, static_cast<double>(shape.bars[i]), "one");
    beyond -= shape.bars[i];
  }
  chart.line({{0, 0}, {0, static_cast<double>(most)}}, "guide");
  return figure(
      "Distribution of errors", {{"one box", "rows"}, {"guide", "exact"}}, chart,
      "To the right of the dashed line predictions are too low, to the left too high." + outside_text(beyond));
}

}  // namespace

std::string regression_figures(const ErrorShape& shape, const Report& report) {
  return actual_figure(shape, report) + residual_figure(shape) + group_figure(shape, report) +
         distribution_figure(shape);
}

}  // namespace mdl
