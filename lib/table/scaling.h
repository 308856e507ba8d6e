// Robust scaling: what a number is beside the others of its column, whatever the extremes.
#pragma once

#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace mdl {

struct RobustScaling {
  double center, scale;
};

/// Of numbers in ascending order, at least one: the median and the distance of the quartiles; where those are equal,
/// half the range; where that is 0, 1.
RobustScaling robust_scaling(std::span<const double> sorted);

/// z / sqrt(1 + (z / 3)^2).
double softly_clipped(double z);

/// The inputs for values that occur so many times in the training rows, scaled as a column of numbers would be.
std::vector<float> robust_encoding(const std::vector<std::pair<double, size_t>>& counted);

}  // namespace mdl
