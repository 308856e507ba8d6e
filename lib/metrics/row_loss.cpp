#include "metrics/row_loss.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mdl {

double pinball_loss(double label, double predicted, double quantile) {
  const double residual = label - predicted;
  return residual >= 0 ? quantile * residual : (quantile - 1) * residual;
}

double unit_deviance(double label, double mean, double power) {
  if (!(mean > 0) || label < 0 || (power == 2 && label == 0)) return std::numeric_limits<double>::quiet_NaN();
  const double ratio = label / mean;
  // Of labels near their means what is left of the differences is rounding.
  if (power == 1) return std::max(0.0, 2 * mean * (label == 0 ? 1 : ratio * std::log(ratio) - ratio + 1));
  if (power == 2) return std::max(0.0, 2 * (ratio - 1 - std::log(ratio)));
  const double a = 1 - power, b = 2 - power;
  const double unit = std::pow(ratio, b) / (a * b) - ratio / a + 1 / b;
  return std::max(0.0, 2 * std::pow(mean, b) * unit);
}

double row_loss(const Objective& objective, double label, std::span<const double> predicted) {
  if (objective.has_log_link()) return unit_deviance(label, predicted[0], objective.power());
  double sum = 0;
  for (size_t k = 0; k < objective.quantiles.size(); ++k)
    sum += pinball_loss(label, predicted[predicted.size() == 1 ? 0 : k], objective.quantiles[k]);
  return sum / static_cast<double>(objective.quantiles.size());
}

}  // namespace mdl
