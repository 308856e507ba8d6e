#include "predict/probabilities.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace mdl {
namespace {

double to_15_decimals(double value) { return std::round(value * 1e15) / 1e15; }

}  // namespace

double as_printed(float value) {
  char buffer[32];
  const char* end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  double printed = 0;
  std::from_chars(buffer, end, printed);
  return printed;
}

void softmax_probabilities(std::span<const float> logits, std::span<double> probabilities) {
  const size_t top = static_cast<size_t>(std::max_element(logits.begin(), logits.end()) - logits.begin());
  double sum = 0;
  for (size_t k = 0; k < logits.size(); ++k) sum += probabilities[k] = std::exp(static_cast<double>(logits[k]) - static_cast<double>(logits[top]));
  double others = 0;
  for (size_t k = 0; k < logits.size(); ++k) {
    if (k != top) others += probabilities[k] = as_printed(static_cast<float>(probabilities[k] / sum));
  }
  probabilities[top] = to_15_decimals(1 - others);
}

void sigmoid_probabilities(float logit, size_t positive, std::span<double> probabilities) {
  const size_t top = logit >= 0 ? positive : 1 - positive;
  probabilities[1 - top] = as_printed(static_cast<float>(1 / (1 + std::exp(std::abs(static_cast<double>(logit))))));
  probabilities[top] = to_15_decimals(1 - probabilities[1 - top]);
}

}  // namespace mdl
