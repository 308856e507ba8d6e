// What the members' average loses on the validation rows where numbers are not learned by squared errors of them as they
// are.
#pragma once

#include <span>
#include <vector>

#include "infer/postprocessing.h"
#include "train/training_data.h"

namespace mdl {

/// The mean loss of the predictions in the units of training (objective.h): of standardised numbers, of their
/// logarithms, or of means relative to the training rows'. Of `rows`, which the predictions are
/// of; with their weights, or none.
double validation_loss(const TrainingData& data, std::span<const uint32_t> rows, const std::vector<double>& weights,
                       const Predictions& predictions, double smearing);

/// Duan's smearing estimate (1983): the mean of e to the residuals of logarithms, on rows that the networks were not
/// trained on. `sums`: of the members, a row each.
double smearing_of(const TrainingData& data, std::span<const uint32_t> rows, const std::vector<double>& weights,
                   const Postprocessing& postprocessing, const std::vector<double>& sums);

}  // namespace mdl
