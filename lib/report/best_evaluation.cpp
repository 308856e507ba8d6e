#include "report/best_evaluation.h"

#include <algorithm>

namespace mdl {

size_t best_evaluation(const std::vector<EpochRecord>& history, std::optional<Metric> metric) {
  const auto is_better = [&](const EpochRecord& a, const EpochRecord& b) {
    const auto score = metric ? score_of(a.validation, *metric) : std::nullopt,
               other = metric ? score_of(b.validation, *metric) : std::nullopt;
    if (score && other) return higher_is_better(*metric) ? *score > *other : *score < *other;
    if (score || other) return score.has_value();
    return a.validation_loss < b.validation_loss;
  };
  return static_cast<size_t>(std::min_element(history.begin(), history.end(), is_better) - history.begin());
}

}  // namespace mdl
