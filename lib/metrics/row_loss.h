// What one row of a regression loses by losses other than errors: scikit-learn's definitions.
#pragma once

#include <span>

#include "config/config.h"

namespace mdl {

/// The pinball loss of a quantile (Koenker and Bassett 1978).
double pinball_loss(double label, double predicted, double quantile);

/// The unit deviance of an exponential dispersion model whose variance grows with this power of the mean: 1 Poisson,
/// 2 gamma, between them Tweedie (Jorgensen 1987). Not a number where the mean is not above 0, or the label is below 0,
/// or 0 at power 2.
double unit_deviance(double label, double mean, double power);

/// A row's share of metric_of(objective.loss): the mean pinball loss of all quantiles, or the deviance. `predicted`: of
/// each quantile, or one number that stands for all.
double row_loss(const Objective& objective, double label, std::span<const double> predicted);

}  // namespace mdl
