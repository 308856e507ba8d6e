#include "metrics/temperature.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mdl {
namespace {

constexpr double kLeast = 1e-300;

double weight_of(std::span<const float> weights, size_t row) { return weights.empty() ? 1 : static_cast<double>(weights[row]); }

}  // namespace

void apply_temperature(double temperature, std::span<double> probabilities) {
  if (temperature == 1) return;
  const double highest = std::log(std::max(kLeast, *std::max_element(probabilities.begin(), probabilities.end())));
  double sum = 0;
  for (double& p : probabilities) sum += p = std::exp((std::log(std::max(kLeast, p)) - highest) / temperature);
  for (double& p : probabilities) p /= sum;
}

double fit_temperature(std::span<const double> probabilities, std::span<const int32_t> truths, std::span<const float> weights, size_t classes) {
  // Logits less the row's highest one, so that exp() stays within range.
  std::vector<double> logits(probabilities.size());
  std::transform(probabilities.begin(), probabilities.end(), logits.begin(), [](double p) { return std::log(std::max(kLeast, p)); });
  double truth_sum = 0;
  for (size_t row = 0; row < truths.size(); ++row) {
    const auto begin = logits.begin() + static_cast<ptrdiff_t>(row * classes), end = begin + static_cast<ptrdiff_t>(classes);
    const double highest = *std::max_element(begin, end);
    std::for_each(begin, end, [&](double& z) { z -= highest; });
    truth_sum += weight_of(weights, row) * begin[truths[row]];
  }
  // The derivative of the loss by the inverse temperature: expected less true logits.
  const auto slope = [&](double inverse) {
    double expected_sum = 0;
    for (size_t row = 0; row < truths.size(); ++row) {
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
  return std::exp(-(low + high) / 2);
}

double mean_log_loss(std::span<const double> probabilities, std::span<const int32_t> truths, std::span<const float> weights, size_t classes) {
  double sum = 0, total = 0;
  for (size_t row = 0; row < truths.size(); ++row) {
    const double weight = weight_of(weights, row);
    sum -= weight * std::log(std::max(kLeast, probabilities[row * classes + static_cast<size_t>(truths[row])]));
    total += weight;
  }
  return sum / total;
}

}  // namespace mdl
