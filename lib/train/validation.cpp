#include "train/validation.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "infer/postprocessing.h"
#include "metrics/temperature.h"

namespace mdl {
namespace {

std::vector<double> weights_of(const TrainingData& data) {
  std::vector<double> weights;
  if (data.weights.empty()) return weights;
  for (const uint32_t row : data.split.validation) weights.push_back(data.weights[row]);
  return weights;
}

/// Puts outputs for a fold's rows where these rows are among the validation rows.
void place(const Split& split, size_t fold, const std::vector<float>& values, std::vector<float>& all) {
  const std::vector<uint32_t>& rows = split.folds[fold];
  const size_t width = values.size() / rows.size();
  all.resize(split.validation.size() * width);
  auto at = split.validation.begin();
  for (size_t i = 0; i < rows.size(); ++i) {
    at = std::lower_bound(at, split.validation.end(), rows[i]);
    const auto to = static_cast<size_t>(at - split.validation.begin()) * width;
    std::copy_n(values.begin() + static_cast<ptrdiff_t>(i * width), width, all.begin() + static_cast<ptrdiff_t>(to));
  }
}

/// Of as many networks as leave out the same fold, outputs for all rows: each row's from a network that left it out.
std::vector<std::vector<float>> out_of_fold(const Split& split, const std::vector<std::vector<float>>& outputs) {
  const size_t folds = split.folds.size();
  std::vector<std::vector<float>> all(outputs.size() / folds);
  for (size_t m = 0; m < outputs.size(); ++m) place(split, m % folds, outputs[m], all[m / folds]);
  return all;
}

double weight_of(const std::vector<double>& weights, size_t row) { return weights.empty() ? 1 : weights[row]; }

/// The mean squared error in standardised units, and R2.
ValidationResult score_numbers(const TrainingData& data, const std::vector<double>& weights,
                               const std::vector<double>& predicted) {
  const Target& target = data.target;
  double residual = 0, sum = 0, squares = 0, total = 0;
  for (size_t i = 0; i < predicted.size(); ++i) {
    const double weight = weight_of(weights, i);
    const double number = data.labels.numbers[data.split.validation[i]];
    const double label = (number - target.mean) / target.scale, error = (predicted[i] - number) / target.scale;
    residual += weight * error * error;
    sum += weight * label;
    squares += weight * label * label;
    total += weight;
  }
  ValidationResult result{.loss = residual / total};
  const double deviation = squares - sum * sum / total;
  if (deviation > 0) result.scores = {{Metric::kR2, 1 - residual / deviation}};
  return result;
}

}  // namespace

ValidationResult validate(const TrainingData& data, std::vector<std::vector<float>> outputs, Calibration calibration) {
  if (!data.split.folds.empty()) outputs = out_of_fold(data.split, outputs);
  const std::vector<uint32_t>& rows = data.split.validation;
  const std::vector<double> weights = weights_of(data);
  Postprocessing postprocessing(data.target, outputs.size());
  postprocessing.low = data.low;
  postprocessing.high = data.high;
  Predictions predictions;
  postprocessing.start(rows.size(), predictions);
  for (const auto& member : outputs) postprocessing.add(member.data(), rows.size(), predictions, 0);
  if (predictions.not_finite()) return {.loss = NAN};
  std::vector<int32_t> labels;
  if (data.target.task != Task::kRegression)
    for (const uint32_t row : rows) labels.push_back(data.labels.classes[row]);
  if (!labels.empty() && calibration == Calibration::kTemperature)
    postprocessing.temperature = fit_temperature(predictions.probabilities, labels, weights, postprocessing.classes);
  postprocessing.finish(rows.size(), predictions, 0);
  if (labels.empty()) {
    ValidationResult result = score_numbers(data, weights, predictions.values);
    result.predictions = std::move(predictions);
    return result;
  }
  double right = 0, total = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (predictions.classes[i] == labels[i]) right += weight_of(weights, i);
    total += weight_of(weights, i);
  }
  return {.loss = mean_log_loss(predictions.probabilities, labels, weights, postprocessing.classes),
          .scores = {{Metric::kAccuracy, right / total}},
          .temperature = postprocessing.temperature,
          .predictions = std::move(predictions)};
}

}  // namespace mdl
