#include "train/validation_loss.h"

#include <cmath>

#include "metrics/row_loss.h"
#include "train/objective.h"

namespace mdl {
namespace {

double weight_of(const std::vector<double>& weights, size_t row) { return weights.empty() ? 1 : weights[row]; }

/// Of errors of standardised numbers.
double loss_of_error(const Objective& objective, double error) {
  const double size = std::abs(error), delta = objective.huber_delta;
  switch (objective.loss) {
    case LossKind::kMae: return size;
    case LossKind::kHuber: return size <= delta ? error * error / 2 : delta * (size - delta / 2);
    default: return error * error;
  }
}

}  // namespace

double validation_loss(const TrainingData& data, std::span<const uint32_t> rows, const std::vector<double>& weights,
                       const Predictions& predictions, double smearing) {
  const Target& target = data.target;
  const Objective& objective = target.objective;
  const bool of_logs = target.log && !objective.has_log_link();
  const auto learned = [&](double number) { return of_logs ? std::log(number) : number; };
  double sum = 0, total = 0;
  std::vector<double> predicted;
  for (size_t i = 0; i < predictions.values.size(); ++i) {
    const uint32_t row = rows[i];
    const double label = data.labels.numbers[row];
    double weight = weight_of(weights, i), loss = 0;
    if (objective.has_log_link()) {
      const double exposure = predictions.exposures.empty() ? 1 : predictions.exposures[i];
      const double unit = exposure * std::exp(target.mean);
      weight *= exposure_weight(target, exposure);
      loss = unit_deviance(label / unit, predictions.values[i] / unit, objective.power());
    } else if (objective.has_quantiles()) {
      predicted.clear();
      for (const double number : predictions.numbers_of(i)) predicted.push_back(learned(number) / target.scale);
      loss = row_loss(objective, learned(label) / target.scale, predicted);
    } else {
      loss = loss_of_error(objective, (learned(predictions.values[i] / smearing) - learned(label)) / target.scale);
    }
    sum += weight * loss;
    total += weight;
  }
  return sum / total;
}

double smearing_of(const TrainingData& data, std::span<const uint32_t> rows, const std::vector<double>& weights,
                   const Postprocessing& postprocessing, const std::vector<double>& sums) {
  double sum = 0, total = 0;
  for (size_t i = 0; i < sums.size(); ++i) {
    const double label = data.labels.numbers[rows[i]];
    const double weight = weight_of(weights, i);
    sum += weight * label / std::exp(postprocessing.mean + postprocessing.scale * sums[i]);
    total += weight;
  }
  return sum / total;
}

}  // namespace mdl
