#include "train/validation.h"

#include <algorithm>
#include <cmath>

#include "metrics/temperature.h"
#include "predict/probabilities.h"

namespace mdl {
namespace {

std::vector<float> weights_of(const Prepared& prepared) {
  std::vector<float> weights;
  if (prepared.weights.empty()) return weights;
  for (const uint32_t row : prepared.split.validation) weights.push_back(prepared.weights[row]);
  return weights;
}

ValidationResult validate_regression(const Prepared& prepared, const std::vector<std::vector<float>>& outputs) {
  const std::vector<float> weights = weights_of(prepared);
  const std::vector<uint32_t>& rows = prepared.split.validation;
  double residual = 0, sum = 0, squares = 0, total = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    double predicted = 0;
    for (const auto& member : outputs) predicted += static_cast<double>(member[i]) / static_cast<double>(outputs.size());
    const double weight = weights.empty() ? 1 : static_cast<double>(weights[i]);
    const double truth = (prepared.truths.numbers[rows[i]] - prepared.target.mean) / prepared.target.scale;
    residual += weight * (predicted - truth) * (predicted - truth);
    sum += weight * truth;
    squares += weight * truth * truth;
    total += weight;
  }
  ValidationResult result{.loss = residual / total};
  const double deviation = squares - sum * sum / total;
  if (deviation > 0) result.scores = {{Metric::kR2, 1 - residual / deviation}};
  return result;
}

}  // namespace

ValidationResult validate(const Prepared& prepared, const std::vector<std::vector<float>>& outputs, Calibration calibration) {
  const Target& target = prepared.target;
  if (target.task == Task::kRegression) return validate_regression(prepared, outputs);
  const std::vector<uint32_t>& rows = prepared.split.validation;
  const std::vector<float> weights = weights_of(prepared);
  const size_t classes = target.classes.size(), width = target.task == Task::kBinary ? 1 : classes;
  std::vector<double> probabilities(rows.size() * classes);
  std::vector<int32_t> truths;
  double right = 0, total = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::span<double> row = std::span(probabilities).subspan(i * classes, classes);
    for (const auto& member : outputs) add_probabilities(target, std::span(member).subspan(i * width, width), static_cast<int64_t>(outputs.size()), row);
    truths.push_back(prepared.truths.classes[rows[i]]);
    const double weight = weights.empty() ? 1 : static_cast<double>(weights[i]);
    if (std::max_element(row.begin(), row.end()) - row.begin() == truths.back()) right += weight;
    total += weight;
  }
  ValidationResult result{.scores = {{Metric::kAccuracy, right / total}}};
  const bool finite = std::all_of(probabilities.begin(), probabilities.end(), [](double p) { return std::isfinite(p); });
  if (!finite) {
    result.loss = NAN;
    return result;
  }
  if (calibration == Calibration::kTemperature) {
    result.temperature = fit_temperature(probabilities, truths, weights, classes);
    for (size_t i = 0; i < rows.size(); ++i) apply_temperature(result.temperature, std::span(probabilities).subspan(i * classes, classes));
  }
  result.loss = mean_log_loss(probabilities, truths, weights, classes);
  return result;
}

}  // namespace mdl
