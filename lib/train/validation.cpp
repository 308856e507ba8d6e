#include "train/validation.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/error.h"
#include "infer/postprocessing.h"
#include "metrics/temperature.h"
#include "nn/predictor.h"

namespace mdl {
namespace {

std::vector<float> weights_of(const TrainingData& data) {
  std::vector<float> weights;
  if (data.weights.empty()) return weights;
  for (const uint32_t row : data.split.validation) weights.push_back(static_cast<float>(data.weights[row]));
  return weights;
}

/// Puts values of a fold's rows, so many a row, where these rows are among the validation rows.
template <class T>
void place(const Split& split, size_t fold, const std::vector<T>& values, std::vector<T>& all) {
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

double weight_of(const std::vector<float>& weights, size_t row) {
  return weights.empty() ? 1 : static_cast<double>(weights[row]);
}

/// The mean squared error in standardised units, and R2.
ValidationResult score_numbers(const TrainingData& data, const std::vector<float>& weights,
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

/// In the order of `rows`. Throws Error when the network has no finite answer to one.
Predictions predict_rows(const Model& model, const EncodedRows& encoded, std::span<const uint32_t> rows,
                         const std::string& device, size_t threads) {
  EncodedRows selected;
  for (const uint32_t row : rows) selected.append(encoded, row);
  Predictions predictions;
  nn::predictor_on(model, device, threads).predict(selected, 0, selected.rows, predictions);
  if (predictions.not_finite())
    fail("the network's output for a validation row is not finite; a number in it is far too large");
  return predictions;
}

}  // namespace

ValidationResult validate(const TrainingData& data, std::vector<std::vector<float>> outputs, Calibration calibration) {
  if (!data.split.folds.empty()) outputs = out_of_fold(data.split, outputs);
  const std::vector<uint32_t>& rows = data.split.validation;
  const std::vector<float> weights = weights_of(data);
  Postprocessing postprocessing(data.target, outputs.size());
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
  if (labels.empty()) return score_numbers(data, weights, predictions.values);
  double right = 0, total = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    if (predictions.classes[i] == labels[i]) right += weight_of(weights, i);
    total += weight_of(weights, i);
  }
  return {.loss = mean_log_loss(predictions.probabilities, labels, weights, postprocessing.classes),
          .scores = {{Metric::kAccuracy, right / total}},
          .temperature = postprocessing.temperature};
}

Predictions validation_predictions(const Model& model, const TrainingData& data, const std::string& device,
                                   size_t threads) {
  const Split& split = data.split;
  if (split.folds.empty()) return predict_rows(model, data.rows, split.validation, device, threads);
  Predictions all;
  for (size_t f = 0; f < split.folds.size(); ++f) {
    Model left_out = model;
    left_out.members.clear();
    for (size_t m = f; m < model.members.size(); m += split.folds.size()) left_out.members.push_back(model.members[m]);
    left_out.network.members = static_cast<int64_t>(left_out.members.size());
    const Predictions some = predict_rows(left_out, data.rows, split.folds[f], device, threads);
    place(split, f, some.probabilities, all.probabilities);
    place(split, f, some.classes, all.classes);
    place(split, f, some.values, all.values);
  }
  return all;
}

}  // namespace mdl
