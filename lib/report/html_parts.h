// What an HTML report is put together from.
#pragma once

#include <string>
#include <vector>

#include "report/report.h"
#include "report/svg.h"
#include "report/tables.h"

namespace mdl {

/// What the loss curves run along: epochs, or optimizer steps where an epoch has several evaluations.
struct TrainingCurve {
  const char* unit;
  std::vector<double> at;  // of each evaluation
  size_t best;             // index of the one whose weights are kept
  std::string best_text() const;
};

TrainingCurve training_curve(const Report& report);

/// Up to the body's content; `title` is plain text.
std::string page_start(const std::string& title);

/// Ends a section with a table in it; `caption` is plain text.
std::string table_end(const std::string& caption);

/// Pictures that stand in front of a table's column.
struct PictureColumn {
  size_t before = SIZE_MAX;
  std::string heading;
  std::vector<std::string> cells;  // a row each
};

/// A table that every form of a report has; empty where it has no rows.
std::string section(const ReportTable& table, const char* style = "table", const PictureColumn& pictures = {});

// Figures; empty where there is nothing to draw.

std::string training_figures(const Report& report);

/// An entry of the key above a chart.
struct Key {
  const char* style;
  std::string text;
};

/// `heading` and `reading` (how to read the chart) are plain text.
std::string figure(const std::string& heading, const std::vector<Key>& keys, const Chart& chart,
                   const std::string& reading);

/// Of a regression: predicted against actual, residuals, error by decile, distribution of errors.
std::string regression_figures(const ErrorShape& shape, const Report& report);

/// The confusion matrix of many classes, as cells without numbers.
std::string heat_map(const Report& report);

/// Of two classes: ROC, precision and recall, scores by threshold, probabilities.
std::string curve_figures(const Report& report);

std::string calibration_figure(const Report& report);

}  // namespace mdl
