#include "predict/prediction_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace mdl {

PredictionColumns::PredictionColumns(const Target& target, size_t top)
    : target_(target), top_(top), names_({"prediction"}), order_(top == 0 ? 0 : target.classes.size()) {
  for (size_t k = 0; k < target.classes.size() && top == 0; ++k) names_.push_back("p_" + target.classes[k]);
  for (size_t k = 1; k <= top; ++k) {
    names_.push_back(fmt::format("top_{}", k));
    names_.push_back(fmt::format("p_top_{}", k));
  }
}

bool PredictionColumns::is_number(size_t column) const {
  if (target_.classes.empty()) return true;
  return top_ == 0 ? column > 0 : column > 0 && column % 2 == 0;
}

void PredictionColumns::sort_top(const double* probabilities) {
  std::iota(order_.begin(), order_.end(), size_t{0});
  std::partial_sort(order_.begin(), order_.begin() + static_cast<ptrdiff_t>(top_), order_.end(),
                    [&](size_t a, size_t b) {
                      return probabilities[a] != probabilities[b] ? probabilities[a] > probabilities[b] : a < b;
                    });
}

}  // namespace mdl
