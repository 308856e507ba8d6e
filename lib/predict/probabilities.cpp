#include "predict/probabilities.h"

#include <algorithm>
#include <cmath>

#include "base/text.h"

namespace mdl {

void add_probabilities(const Target& target, std::span<const float> outputs, int64_t members,
                       std::span<double> probabilities) {
  const auto fraction = 1 / static_cast<double>(members);
  if (target.task == Task::kBinary) {
    const double e = std::exp(-std::abs(static_cast<double>(outputs[0])));
    const size_t likely = outputs[0] >= 0 ? target.positive : 1 - target.positive;
    probabilities[likely] += fraction / (1 + e);
    probabilities[1 - likely] += fraction * (e / (1 + e));
    return;
  }
  const double highest = *std::max_element(outputs.begin(), outputs.end());
  double sum = 0;
  for (const float z : outputs) sum += std::exp(static_cast<double>(z) - highest);
  for (size_t k = 0; k < outputs.size(); ++k)
    probabilities[k] += fraction * (std::exp(static_cast<double>(outputs[k]) - highest) / sum);
}

void round_probabilities(std::span<double> probabilities) {
  const auto top = std::max_element(probabilities.begin(), probabilities.end());
  double others = 0;
  for (auto p = probabilities.begin(); p != probabilities.end(); ++p) {
    if (p != top) others += * p = as_printed(static_cast<float>(*p));
  }
  *top = std::round((1 - others) * 1e15) / 1e15;
}

}  // namespace mdl
