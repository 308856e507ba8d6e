#include "serve/shadow.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace mdl {

Metrics::Comparison compare_predictions(const PredictionRequest& answered, const PredictionRequest& shadow) {
  const Target &target = answered.model().model.target, &other = shadow.model().model.target;
  if (target.classes.empty() != other.classes.empty()) fail("one model predicts classes, the other numbers");
  std::vector<size_t> same;  // by class of `target`: that class of `other`, or none
  for (const std::string& name : target.classes)
    same.push_back(static_cast<size_t>(std::ranges::find(other.classes, name) - other.classes.begin()));
  Metrics::Comparison comparison;
  Predictions predictions, others;
  const size_t rows = std::min(answered.rows().rows, shadow.rows().rows);
  for (size_t begin = 0, count; begin < rows; begin += count) {
    count = std::min({answered.part(), shadow.part(), rows - begin});
    answered.model().predict(answered.rows(), begin, count, predictions);
    shadow.model().predict(shadow.rows(), begin, count, others);
    for (size_t i = 0; i < count; ++i) {
      if (!predictions.finite[i] || !others.finite[i]) continue;
      ++comparison.rows;
      if (target.classes.empty()) {
        comparison.difference += std::abs(predictions.values[i] - others.values[i]);
        continue;
      }
      const auto label = static_cast<size_t>(predictions.classes[i]);
      const size_t place = same[label];
      if (place != static_cast<size_t>(others.classes[i])) ++comparison.disagreements;
      const double p = place < other.classes.size() ? others.probabilities[i * other.classes.size() + place] : 0;
      comparison.difference += std::abs(predictions.probabilities[i * target.classes.size() + label] - p);
    }
  }
  return comparison;
}

}  // namespace mdl
