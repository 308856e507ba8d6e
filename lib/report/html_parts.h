// What an HTML report is put together from.
#pragma once

#include <string>
#include <vector>

#include "report/report.h"

namespace mdl {

/// What the loss curves run along: epochs, or optimizer steps where an epoch has several evaluations.
struct TrainingCurve {
  const char* unit;
  std::vector<double> at;  // of each evaluation
  size_t best;             // index of the lowest validation loss
  std::string best_text() const;
};

TrainingCurve training_curve(const std::vector<EpochRecord>& records);

// Figures; empty where there is nothing to draw.

std::string training_figures(const Report& report);

/// Of two classes: ROC, precision and recall, scores by threshold, probabilities.
std::string curve_figures(const Report& report);

std::string calibration_figure(const Report& report);

}  // namespace mdl
