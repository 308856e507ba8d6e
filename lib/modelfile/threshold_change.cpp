#include "modelfile/threshold_change.h"

#include <algorithm>

#include "base/text.h"

namespace mdl {
namespace {

constexpr const char* kBeginning = "threshold was ";  // of the change that the model records

}  // namespace

void change_threshold(Model& model, double threshold, const std::string& rule, const std::string& chosen) {
  const std::string change = fmt::format("{}{}, is {}: {}", kBeginning, shortest(model.threshold), shortest(threshold),
                                         chosen);
  model.threshold = threshold;
  model.threshold_rule = rule;
  if (model.serving) return;
  model.changes.push_back(change);
  const auto of_classes = [](const auto& score) { return !is_of_probabilities(score.first); };
  std::erase_if(model.validation, of_classes);
  std::erase_if(model.validation_intervals, of_classes);
  std::erase_if(model.test, of_classes);
  std::erase_if(model.test_intervals, of_classes);
}

bool has_changed_threshold(const Model& model) {
  return std::ranges::any_of(model.changes, [](const std::string& change) { return change.starts_with(kBeginning); });
}

}  // namespace mdl
