// Temperature scaling: how certain a classifier's probabilities ought to be (Guo, Pleiss, Sun and Weinberger 2017).
#pragma once

#include <cstdint>
#include <span>

namespace mdl {

/// p_k becomes p_k^(1 / temperature), scaled to sum to one; in place.
void apply_temperature(double temperature, std::span<double> probabilities);

/// The temperature with the lowest weighted log loss on the rows: `probabilities` [rows, classes], the true class of
/// each, their weights (empty: all 1). A row's truth counts as 1 - 1 / (rows + 1), and what is left as all classes
/// alike: as if the model had been wrong about one row more. So rows that are all told apart make probabilities as
/// certain as their number warrants, not more (after Platt, "Probabilistic outputs for support vector machines", 1999).
/// Found by bisection on the derivative of the loss, which is convex in 1 / temperature; within e^-8 and e^8, and not
/// so low that the odds of a row's two most likely classes, where they were less, pass e^20: beyond, those that differ
/// would be printed as the same number.
double fit_temperature(std::span<const double> probabilities, std::span<const int32_t> labels,
                       std::span<const double> weights, size_t classes);

/// The weighted mean of -log p of the true class, p taken as at least 1e-300.
double mean_log_loss(std::span<const double> probabilities, std::span<const int32_t> labels,
                     std::span<const double> weights, size_t classes);

}  // namespace mdl
