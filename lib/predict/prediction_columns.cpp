#include "predict/prediction_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "base/text.h"

namespace mdl {

PredictionColumns::PredictionColumns(const Target& target, const PredictionColumnOptions& options)
    : target_(target), top_(options.label_only || target.classes.empty() ? 0 : options.top),
      label_only_(options.label_only), names_({"prediction"}), order_(top_ == 0 ? 0 : target.classes.size()) {
  if (target.classes.empty() && target.objective.has_quantiles() && !label_only_) {
    quantiles_ = target.objective.quantiles.size();
    for (const double quantile : target.objective.quantiles) names_.push_back("quantile_" + shortest(quantile));
  }
  for (size_t k = 0; k < target.classes.size() && top_ == 0 && !label_only_; ++k)
    names_.push_back("p_" + target.classes[k]);
  for (size_t k = 1; k <= top_; ++k) {
    names_.push_back(fmt::format("top_{}", k));
    names_.push_back(fmt::format("p_top_{}", k));
  }
  answers_ = names_.size();
  if (options.explained == nullptr) return;
  explained_ = options.explained->features.size();
  names_.insert(names_.end(), {"raw_output", "raw_reference"});
  for (const Feature& feature : options.explained->features) {
    names_.push_back("contribution_" + feature.name);
    names_.push_back("standard_error_" + feature.name);
  }
}

bool PredictionColumns::is_number(size_t column) const {
  if (target_.classes.empty() || column >= answers_) return true;
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
