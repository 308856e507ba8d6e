#include "train/class_weights.h"

#include "base/error.h"
#include "base/suggestion.h"
#include "base/text.h"

namespace mdl {

std::vector<double> weights_by_class(const TrainingData& data, const ClassWeights& wanted) {
  const Target& target = data.target;
  if (!wanted.balanced && wanted.by_class.empty()) return {};
  if (target.task == Task::kRegression)
    fail("train.class_weights is for classes; column {} makes this a regression", quote(target.name));
  std::vector<double> weights(target.classes.size(), 1);
  for (size_t k = 0; wanted.balanced && k < weights.size(); ++k) {
    if (data.class_priors[k] > 0) weights[k] = 1 / (static_cast<double>(weights.size()) * data.class_priors[k]);
  }
  for (const auto& [name, weight] : wanted.by_class) {
    const int k = target.class_of(name);
    if (k < 0) {
      const auto meant = did_you_mean(name, target.classes);
      fail("train.class_weights: column {} has no class {}; {}", quote(target.name), quote(name),
           meant ? "did you mean " + quote(*meant) + "?" : "it has " + join_names(target.classes, 20));
    }
    weights[static_cast<size_t>(k)] = weight;
  }
  return weights;
}

}  // namespace mdl
