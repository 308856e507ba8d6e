// Numbers of few digits that a model file holds in the place of those of single rows.
#pragma once

#include <optional>
#include <span>

namespace mdl {

/// A number between the two that is not among the `sorted`, by as few digits as that takes; nothing where doubles lie
/// too near.
std::optional<double> number_between(double low, double high, std::span<const double> sorted);

/// By at most a hundredth of `range`, which is above 0.
double rounded_down(double number, double range);
double rounded_up(double number, double range);

}  // namespace mdl
