#include "metrics/temperature.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mdl {
namespace {

constexpr double kLeast = 1e-300;

/// Odds of e^20 leave 2e-9 for the less likely class, of which the 15 decimals that are printed still tell neighbouring
/// floats of logits apart.
constexpr double kWidest = 20;

double weight_of(std::span<const double> weights, size_t row) { return weights.empty() ? 1 : weights[row]; }

}  // namespace

void apply_temperature(double temperature, std::span<double> probabilities) {
  if (temperature == 1) return;
  const double highest = std::log(std::max(kLeast, *std::max_element(probabilities.begin(), probabilities.end())));
  double sum = 0;
  for (double& p : probabilities) sum += p = std::exp((std::log(std::max(kLeast, p)) - highest) / temperature);
  for (double& p : probabilities) p /= sum;
}

double fit_temperature(std::span<const double> probabilities, std::span<const int32_t> labels,
                       std::span<const double> weights, size_t classes) {
  // Logits less the row's highest one, so that exp() stays within range.
  std::vector<double> logits(probabilities.size());
  std::transform(probabilities.begin(), probabilities.end(), logits.begin(),
                 [](double p) { return std::log(std::max(kLeast, p)); });
  const double doubt = 1 / static_cast<double>(labels.size() + 1);
  double truth_sum = 0, widest = 0;  // the largest distance of a row's two highest logits
  for (size_t row = 0; row < labels.size(); ++row) {
    const std::span<double> z = std::span(logits).subspan(row * classes, classes);
    const auto top = std::max_element(z.begin(), z.end());
    std::iter_swap(top, z.begin());
    const double highest = z[0], second = *std::max_element(z.begin() + 1, z.end());
    std::iter_swap(top, z.begin());
    widest = std::max(widest, highest - second);
    double sum = 0;
    for (double& logit : z) sum += logit -= highest;
    truth_sum += weight_of(weights, row) *
                 ((1 - doubt) * z[static_cast<size_t>(labels[row])] + doubt * sum / static_cast<double>(classes));
  }
  // The derivative of the loss by the inverse temperature: expected less true logits.
  const auto slope = [&](double inverse) {
    double expected_sum = 0;
    for (size_t row = 0; row < labels.size(); ++row) {
      const double* z = logits.data() + row * classes;
      double sum = 0, weighted = 0;
      for (size_t k = 0; k < classes; ++k) {
        const double e = std::exp(z[k] * inverse);
        sum += e;
        weighted += e * z[k];
      }
      expected_sum += weight_of(weights, row) * weighted / sum;
    }
    return expected_sum - truth_sum;
  };
  double low = -8, high = 8;
  for (int i = 0; i < 24; ++i) {
    const double middle = (low + high) / 2;
    (slope(std::exp(middle)) > 0 ? high : low) = middle;
  }
  return std::max(std::exp(-(low + high) / 2), std::min(1.0, widest / kWidest));
}

double mean_log_loss(std::span<const double> probabilities, std::span<const int32_t> labels,
                     std::span<const double> weights, size_t classes) {
  double sum = 0, total = 0;
  for (size_t row = 0; row < labels.size(); ++row) {
    const double weight = weight_of(weights, row);
    sum -= weight * std::log(std::max(kLeast, probabilities[row * classes + static_cast<size_t>(labels[row])]));
    total += weight;
  }
  return sum / total;
}

}  // namespace mdl
