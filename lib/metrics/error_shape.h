// How a regression's errors are spread, for pictures: the rows themselves where they are few, else how many lie where.
#pragma once

#include <cstdint>
#include <vector>

#include "metrics/regression.h"

namespace mdl {

struct RegressionPoint {
  double predicted, label;
};

/// From where to where pictures go: all values, or where a few of them lie far off, the others.
struct Limits {
  double low = 0, high = 0;
};

/// Rows counted by prediction and a second value in kAcross x kDown bins of equal size within the limits.
struct Density {
  static constexpr size_t kAcross = 36, kDown = 24;
  Limits x, y;
  std::vector<int64_t> counts;  // [kDown][kAcross], lowest first; empty where there are points
  int64_t outside = 0;          // rows beyond the limits
};

/// Rows of about the same prediction.
struct ErrorGroup {
  double lowest = 0;          // prediction among them
  double mean_predicted = 0;  // weighted, like the others
  double mean_residual = 0;   // truth less prediction
  double mae = 0;
  int64_t rows = 0;
};

struct ErrorShape {
  static constexpr size_t kMostPoints = 500;
  static constexpr size_t kBars = 30;

  int64_t rows = 0;
  std::vector<RegressionPoint> points;  // all rows, where they are at most kMostPoints
  Density labels;                       // by prediction; both axes have the same limits
  Density residuals;                    // by prediction
  std::vector<ErrorGroup> groups;       // at most ten of as many rows each, by rising prediction; equal ones together
  std::vector<int64_t> bars;            // rows by residual, in kBars bins of equal size within residuals.y
};

ErrorShape error_shape(const RegressionRows& rows);

}  // namespace mdl
