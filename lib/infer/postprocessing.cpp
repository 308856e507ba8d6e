#include "infer/postprocessing.h"

#include <algorithm>

#include "base/text.h"
#include "metrics/temperature.h"

namespace mdl {
namespace {

/// Adds the probabilities that one member's outputs stand for, times `fraction`.
void add_sigmoid(float output, size_t positive, double fraction, std::span<double> probabilities) {
  const double e = std::exp(-std::abs(static_cast<double>(output)));
  const size_t likely = output >= 0 ? positive : 1 - positive;
  probabilities[likely] += fraction / (1 + e);
  probabilities[1 - likely] += fraction * (e / (1 + e));
}

void add_softmax(std::span<const float> outputs, double fraction, std::span<double> probabilities) {
  const double highest = *std::max_element(outputs.begin(), outputs.end());
  double sum = 0;
  for (const float z : outputs) sum += std::exp(static_cast<double>(z) - highest);
  for (size_t k = 0; k < outputs.size(); ++k)
    probabilities[k] += fraction * (std::exp(static_cast<double>(outputs[k]) - highest) / sum);
}

/// log(1 + e^x)
double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

/// log(e^a + e^b)
double log_add(double a, double b) {
  if (a == -INFINITY) return b;
  return std::max(a, b) + std::log1p(std::exp(-std::abs(a - b)));
}

}  // namespace

std::optional<size_t> Predictions::not_finite() const {
  const auto first = std::find(finite.begin(), finite.end(), 0);
  if (first == finite.end()) return std::nullopt;
  return static_cast<size_t>(first - finite.begin());
}

Postprocessing::Postprocessing(const Target& target, size_t member_count)
    : task(target.task), classes(target.classes.size()), positive(target.positive), mean(target.mean),
      scale(target.scale), objective(target.objective), log(target.log), centers(target.centers),
      doubles(target.needs_doubles()), members(member_count), outputs(static_cast<size_t>(output_count(target))) {}

Postprocessing::Postprocessing(const Model& model) : Postprocessing(model.target, model.members.size()) {
  temperature = model.temperature;
  smoothing = model.smoothing;
  smearing = model.smearing;
  low = model.low;
  high = model.high;
  threshold = model.threshold;
  exposed = model.encoder.exposure.has_value();
}

void Postprocessing::start(size_t rows, Predictions& predictions) const {
  const bool regression = task == Task::kRegression;
  predictions.probabilities.assign(rows * classes, 0);
  predictions.classes.resize(regression ? 0 : rows);
  predictions.values.assign(regression ? rows : 0, 0);
  predictions.exposures.assign(exposed ? rows : 0, 1);
  predictions.quantiles.assign(regression && objective.has_quantiles() ? rows * outputs : 0, 0);
  predictions.finite.assign(rows, 1);
}

void Postprocessing::add(const float* from, size_t rows, Predictions& predictions, size_t to) const {
  const double fraction = 1 / static_cast<double>(members);
  for (size_t row = to; row < to + rows; ++row, from += outputs) {
    const std::span<const float> output(from, outputs);
    if (!std::all_of(output.begin(), output.end(), [](float z) { return std::isfinite(z); }))
      predictions.finite[row] = 0;
    const std::span<double> probabilities = std::span(predictions.probabilities).subspan(row * classes, classes);
    switch (task) {
      case Task::kBinary: add_sigmoid(output[0], positive, fraction, probabilities); break;
      case Task::kMulticlass: add_softmax(output, fraction, probabilities); break;
      case Task::kRegression:
        if (predictions.quantiles.empty()) {
          predictions.values[row] += part_of(output[0]);
        } else {
          for (size_t k = 0; k < outputs; ++k) predictions.quantiles[row * outputs + k] += part_of(output[k]);
        }
        break;
    }
  }
}

void Postprocessing::finish(size_t rows, Predictions& predictions, size_t to) const {
  for (size_t row = to; row < to + rows; ++row) {
    if (task == Task::kRegression) {
      if (!predictions.finite[row]) continue;
      const bool several = !predictions.quantiles.empty();
      const std::span<double> values = several ? std::span(predictions.quantiles).subspan(row * outputs, outputs)
                                               : std::span(predictions.values).subspan(row, 1);
      values_of(values, values);
      for (double& value : values) {
        if (!predictions.exposures.empty()) value *= predictions.exposures[row];
        if (!doubles) value = as_printed(static_cast<float>(value));
        if (!std::isfinite(value)) predictions.finite[row] = 0;
      }
      if (several) predictions.values[row] = values[objective.middle()];
      continue;
    }
    const std::span<double> probabilities = std::span(predictions.probabilities).subspan(row * classes, classes);
    apply_temperature(temperature, probabilities);
    for (double& p : probabilities) p = (1 - smoothing) * p + smoothing / static_cast<double>(classes);
    round_probabilities(probabilities);
    predictions.classes[row] = label(probabilities);
  }
}

void Postprocessing::add_raw(const float* from, size_t rows, double* sums) const {
  for (size_t row = 0; row < rows; ++row, from += outputs, sums += sums_width()) {
    const std::span<const float> output(from, outputs);
    if (!std::all_of(output.begin(), output.end(), [](float z) { return std::isfinite(z); })) {
      std::fill_n(sums, sums_width(), NAN);
      continue;
    }
    switch (task) {
      case Task::kBinary:
        sums[positive] = log_add(sums[positive], -softplus(-output[0]));
        sums[1 - positive] = log_add(sums[1 - positive], -softplus(output[0]));
        break;
      case Task::kMulticlass: {
        const double highest = *std::max_element(output.begin(), output.end());
        double sum = 0;
        for (const float z : output) sum += std::exp(z - highest);
        const double log_sum = highest + std::log(sum);
        for (size_t k = 0; k < classes; ++k) sums[k] = log_add(sums[k], output[k] - log_sum);
        break;
      }
      case Task::kRegression:
        for (size_t k = 0; k < outputs; ++k) sums[k] += part_of(output[k]);
        break;
    }
  }
}

double Postprocessing::raw(std::span<const double> sums, size_t k) const {
  if (task == Task::kRegression) {
    std::vector<double> values(outputs);
    values_of(sums, values);
    const double value = values[outputs == 1 ? 0 : objective.middle()];
    return log ? std::log(value) : value;
  }
  double others = -INFINITY;  // the logarithm of the sum of their p^(1 / temperature)
  for (size_t other = 0; other < classes; ++other) {
    if (other != k) others = log_add(others, sums[other] / temperature);
  }
  const double log_odds = sums[k] / temperature - others;
  if (smoothing == 0) return log_odds;
  const double share = smoothing / static_cast<double>(classes);
  const double p = 1 / (1 + std::exp(-log_odds)), rest = 1 / (1 + std::exp(log_odds));
  return std::log(((1 - smoothing) * p + share) / ((1 - smoothing) * rest + smoothing - share));
}

void Postprocessing::values_of(std::span<const double> sums, std::span<double> values) const {
  for (size_t k = 0; k < sums.size(); ++k) {
    double value = sums[k];
    if (!objective.has_log_link()) {
      value = (centers.empty() ? mean : centers[k]) + scale * value;
      if (log) value = smearing * std::exp(value);
    }
    values[k] = std::clamp(value, low, high);
  }
  std::ranges::sort(values);
}

int32_t Postprocessing::label(std::span<const double> probabilities) const {
  if (task == Task::kBinary)
    return static_cast<int32_t>(probabilities[positive] >= threshold ? positive : 1 - positive);
  return static_cast<int32_t>(std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin());
}

void relabel(const Model& model, Predictions& predictions) {
  const Postprocessing postprocessing(model);
  const size_t classes = postprocessing.classes;
  for (size_t row = 0; row < predictions.classes.size(); ++row)
    predictions.classes[row] =
        postprocessing.label(std::span(predictions.probabilities).subspan(row * classes, classes));
}

void round_probabilities(std::span<double> probabilities) {
  const auto top = std::max_element(probabilities.begin(), probabilities.end());
  double others = 0;
  for (auto p = probabilities.begin(); p != probabilities.end(); ++p) {
    if (p == top) continue;
    *p = as_printed(static_cast<float>(*p));
    others += *p;
  }
  *top = std::round((1 - others) * 1e15) / 1e15;
}

}  // namespace mdl
