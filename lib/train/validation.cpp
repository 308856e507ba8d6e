#include "train/validation.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/error.h"
#include "metrics/temperature.h"
#include "predict/probabilities.h"

namespace mdl {
namespace {

std::vector<float> weights_of(const Prepared& prepared) {
  std::vector<float> weights;
  if (prepared.weights.empty()) return weights;
  for (const uint32_t row : prepared.split.validation) weights.push_back(static_cast<float>(prepared.weights[row]));
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

ValidationResult validate_regression(const Prepared& prepared, const std::vector<std::vector<float>>& outputs) {
  const std::vector<float> weights = weights_of(prepared);
  const std::vector<uint32_t>& rows = prepared.split.validation;
  double residual = 0, sum = 0, squares = 0, total = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    double predicted = 0;
    for (const auto& member : outputs)
      predicted += static_cast<double>(member[i]) / static_cast<double>(outputs.size());
    const double weight = weights.empty() ? 1 : static_cast<double>(weights[i]);
    const double label = (prepared.labels.numbers[rows[i]] - prepared.target.mean) / prepared.target.scale;
    residual += weight * (predicted - label) * (predicted - label);
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
  Predictor predictor(model, device, threads);
  const Predictions& predictions = predictor.predict(selected, 0, selected.rows);
  if (predictions.not_finite)
    fail("the network has no finite answer to a validation row; a number in it is far too large");
  return predictions;
}

}  // namespace

ValidationResult validate(const Prepared& prepared, std::vector<std::vector<float>> outputs, Calibration calibration) {
  if (!prepared.split.folds.empty()) outputs = out_of_fold(prepared.split, outputs);
  const Target& target = prepared.target;
  if (target.task == Task::kRegression) return validate_regression(prepared, outputs);
  const std::vector<uint32_t>& rows = prepared.split.validation;
  const std::vector<float> weights = weights_of(prepared);
  const size_t classes = target.classes.size(), width = target.task == Task::kBinary ? 1 : classes;
  std::vector<double> probabilities(rows.size() * classes);
  std::vector<int32_t> labels;
  double right = 0, total = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const std::span<double> row = std::span(probabilities).subspan(i * classes, classes);
    for (const auto& member : outputs)
      add_probabilities(target, std::span(member).subspan(i * width, width), static_cast<int64_t>(outputs.size()), row);
    labels.push_back(prepared.labels.classes[rows[i]]);
    const double weight = weights.empty() ? 1 : static_cast<double>(weights[i]);
    if (std::max_element(row.begin(), row.end()) - row.begin() == labels.back()) right += weight;
    total += weight;
  }
  ValidationResult result{.scores = {{Metric::kAccuracy, right / total}}};
  const bool finite = std::all_of(probabilities.begin(), probabilities.end(),
                                  [](double p) { return std::isfinite(p); });
  if (!finite) {
    result.loss = NAN;
    return result;
  }
  if (calibration == Calibration::kTemperature) {
    result.temperature = fit_temperature(probabilities, labels, weights, classes);
    for (size_t i = 0; i < rows.size(); ++i)
      apply_temperature(result.temperature, std::span(probabilities).subspan(i * classes, classes));
  }
  result.loss = mean_log_loss(probabilities, labels, weights, classes);
  return result;
}

Predictions validation_predictions(const Model& model, const Prepared& prepared, const std::string& device,
                                   size_t threads) {
  const Split& split = prepared.split;
  if (split.folds.empty()) return predict_rows(model, prepared.rows, split.validation, device, threads);
  Predictions all;
  for (size_t f = 0; f < split.folds.size(); ++f) {
    Model left_out = model;
    left_out.members.clear();
    for (size_t m = f; m < model.members.size(); m += split.folds.size()) left_out.members.push_back(model.members[m]);
    left_out.network.members = static_cast<int64_t>(left_out.members.size());
    const Predictions some = predict_rows(left_out, prepared.rows, split.folds[f], device, threads);
    place(split, f, some.probabilities, all.probabilities);
    place(split, f, some.classes, all.classes);
    place(split, f, some.values, all.values);
  }
  return all;
}

}  // namespace mdl
