#include "train/validation.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "infer/postprocessing.h"
#include "metrics/classification.h"
#include "metrics/regression.h"
#include "metrics/row_loss.h"
#include "metrics/temperature.h"
#include "metrics/threshold.h"
#include "train/validation_loss.h"

namespace mdl {
namespace {

std::vector<double> weights_of(const TrainingData& data, const std::vector<uint32_t>& rows) {
  std::vector<double> weights;
  if (data.weights.empty()) return weights;
  for (const uint32_t row : rows) weights.push_back(data.weights[row]);
  return weights;
}

/// Puts outputs for a fold's rows where these rows are among `all_rows`.
void place(const std::vector<uint32_t>& rows, const std::vector<float>& values, const std::vector<uint32_t>& all_rows,
           std::vector<float>& all) {
  const size_t width = values.size() / rows.size();
  all.resize(all_rows.size() * width);
  auto at = all_rows.begin();
  for (size_t i = 0; i < rows.size(); ++i) {
    at = std::lower_bound(at, all_rows.end(), rows[i]);
    const auto to = static_cast<size_t>(at - all_rows.begin()) * width;
    std::copy_n(values.begin() + static_cast<ptrdiff_t>(i * width), width, all.begin() + static_cast<ptrdiff_t>(to));
  }
}

/// The rows that these networks validate, ascending.
std::vector<uint32_t> rows_of(const Split& split, size_t networks, size_t first) {
  if (split.folds.empty() || networks >= split.folds_each()) return split.validation;
  std::vector<uint32_t> rows;
  for (size_t m = 0; m < networks; ++m) {
    const auto& fold = split.validation_rows(first + m);
    rows.insert(rows.end(), fold.begin(), fold.end());
  }
  std::ranges::sort(rows);
  return rows;
}

/// For each time that the rows are validated, outputs for all of them: each row's from a network that left it out.
std::vector<std::vector<float>> out_of_fold(const Split& split, const std::vector<std::vector<float>>& outputs,
                                            size_t first, const std::vector<uint32_t>& rows) {
  const size_t folds = split.folds_each();
  std::vector<std::vector<float>> all((outputs.size() + folds - 1) / folds);
  for (size_t m = 0; m < outputs.size(); ++m) place(split.validation_rows(first + m), outputs[m], rows, all[m / folds]);
  return all;
}

double weight_of(const std::vector<double>& weights, size_t row) { return weights.empty() ? 1 : weights[row]; }

Scores only(const Scores& scores, Metric metric) {
  const auto score = score_of(scores, metric);
  return score ? Scores{{metric, *score}} : Scores();
}

/// The mean loss as numbers are learned, and the score.
ValidationResult score_numbers(const TrainingData& data, const std::vector<uint32_t>& validated,
                               const std::vector<double>& weights, const Predictions& predictions, double smearing,
                               Metric metric) {
  const Target& target = data.target;
  const std::vector<double>& predicted = predictions.values;
  double residual = 0, sum = 0, squares = 0, total = 0;
  for (size_t i = 0; i < predicted.size(); ++i) {
    const double weight = weight_of(weights, i);
    const double number = data.labels.numbers[validated[i]];
    const double label = (number - target.mean) / target.scale, error = (predicted[i] - number) / target.scale;
    residual += weight * error * error;
    sum += weight * label;
    squares += weight * label * label;
    total += weight;
  }
  ValidationResult result{.loss = target.is_plain() ? residual / total
                                                    : validation_loss(data, validated, weights, predictions, smearing)};
  const double deviation = squares - sum * sum / total;
  if (metric != Metric::kR2) {
    const bool own = metric == metric_of(target.objective.loss);
    RegressionRows rows(own ? std::optional(metric) : std::nullopt);
    for (size_t i = 0; i < predicted.size(); ++i) {
      const double number = data.labels.numbers[validated[i]];
      rows.add(number, predicted[i], weight_of(weights, i),
               own ? row_loss(target.objective, number, predictions.numbers_of(i)) : 0);
    }
    result.scores = only(rows.scores(), metric);
  } else if (deviation > 0) {
    result.scores = {{Metric::kR2, 1 - residual / deviation}};
  }
  return result;
}

/// The threshold that is best by the rule on these rows.
double threshold_by(const Threshold& rule, const std::vector<int32_t>& labels, const std::vector<double>& weights,
                    const Predictions& predictions, size_t positive) {
  std::vector<RankedRow> ranked;
  for (size_t i = 0; i < labels.size(); ++i) {
    const bool is_positive = static_cast<size_t>(labels[i]) == positive;
    ranked.push_back({predictions.probabilities[2 * i + positive], is_positive, weight_of(weights, i)});
  }
  sort_by_score(ranked);
  return best_threshold(ranked, rule);
}

/// Of classes. What hangs on labels alone needs no ranking, which takes long where there are many classes.
Scores score_classes(const Target& target, const std::vector<int32_t>& labels, const std::vector<double>& weights,
                     const Predictions& predictions, Metric metric) {
  const size_t classes = target.classes.size();
  if (!is_of_probabilities(metric)) {
    ClassificationSums sums(classes);
    for (size_t i = 0; i < labels.size(); ++i) sums.count(labels[i], predictions.classes[i], weight_of(weights, i));
    return only(sums.scores(target.positive, {}, {}), metric);
  }
  ClassificationRows rows(classes, target.positive);
  for (size_t i = 0; i < labels.size(); ++i) {
    rows.add(labels[i], predictions.classes[i], std::span(predictions.probabilities).subspan(i * classes, classes),
             weight_of(weights, i));
  }
  return only(rows.scores(), metric);
}

}  // namespace

Metric main_metric(const TrainConfig& config, const TrainingData& data) {
  const Target& target = data.target;
  return config.metric.value_or(target.task == Task::kRegression
                                    ? main_metric(target.objective.loss)
                                    : main_metric(target.task, data.class_priors, target.positive));
}

double trivial_loss(const TrainingData& data) {
  if (data.target.task == Task::kRegression) return data.target.is_plain() ? 1 : 0;
  double loss = 0;
  for (const double share : data.class_priors) loss -= share > 0 ? share * std::log(share) : 0;
  return loss;
}

ValidationResult validate(const TrainingData& data, std::vector<std::vector<float>> outputs, size_t first,
                          const TrainConfig& config, Metric metric) {
  const std::vector<uint32_t> rows = rows_of(data.split, outputs.size(), first);
  if (!data.split.folds.empty()) outputs = out_of_fold(data.split, outputs, first, rows);
  const std::vector<double> weights = weights_of(data, rows);
  Postprocessing postprocessing(data.target, outputs.size());
  postprocessing.low = data.low;
  postprocessing.high = data.high;
  postprocessing.exposed = !data.rows.exposures.empty();
  Predictions predictions;
  postprocessing.start(rows.size(), predictions);
  for (const auto& member : outputs) postprocessing.add(member.data(), rows.size(), predictions, 0);
  if (predictions.not_finite()) return {.loss = NAN};
  std::vector<int32_t> labels;
  if (data.target.task != Task::kRegression)
    for (const uint32_t row : rows) labels.push_back(data.labels.classes[row]);
  if (!labels.empty() && *config.calibration == Calibration::kTemperature)
    postprocessing.temperature = fit_temperature(predictions.probabilities, labels, weights, postprocessing.classes);
  if (data.target.is_smeared())
    postprocessing.smearing = smearing_of(data, rows, weights, postprocessing, predictions.values);
  for (size_t i = 0; i < predictions.exposures.size(); ++i) predictions.exposures[i] = data.rows.exposures[rows[i]];
  const Threshold& rule = config.threshold;
  if (rule.rule == Threshold::Rule::kFixed) postprocessing.threshold = rule.value;
  postprocessing.finish(rows.size(), predictions, 0);
  if (data.target.task == Task::kBinary && rule.rule != Threshold::Rule::kFixed && !is_of_probabilities(metric)) {
    postprocessing.threshold = threshold_by(rule, labels, weights, predictions, data.target.positive);
    for (size_t i = 0; i < labels.size(); ++i)
      predictions.classes[i] = postprocessing.label(std::span(predictions.probabilities).subspan(2 * i, 2));
  }
  if (labels.empty()) {
    ValidationResult result = score_numbers(data, rows, weights, predictions, postprocessing.smearing, metric);
    result.smearing = postprocessing.smearing;
    result.predictions = std::move(predictions);
    return result;
  }
  return {.loss = mean_log_loss(predictions.probabilities, labels, weights, postprocessing.classes),
          .scores = score_classes(data.target, labels, weights, predictions, metric),
          .temperature = postprocessing.temperature,
          .predictions = std::move(predictions)};
}

}  // namespace mdl
