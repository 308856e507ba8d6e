// Robust scaling: what a number is beside the others of its column, whatever the extremes.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace mdl {

/// A number and what becomes of it.
struct Knot {
  double number, z;
};

/// See encoder.h.
struct RobustScaling {
  double center, scale;
  std::vector<Knot> knots;   // ascending; empty: center and scale decide
};

/// Of numbers in ascending order, at least one.
RobustScaling robust_scaling(std::span<const double> sorted);

/// z / sqrt(1 + (z / 3)^2).
double softly_clipped(double z);

/// Linear between the knots, beyond the outermost as at them; NaN stays NaN.
double between(const std::vector<Knot>& knots, double number);

/// The inputs for values that occur so many times in the training rows, scaled as a column of numbers would be.
std::vector<float> robust_codes(const std::vector<std::pair<double, size_t>>& counted);

}  // namespace mdl
