// How good the members' average is on the validation rows, while training runs and at its end.
#pragma once

#include <vector>

#include "infer/predictions.h"
#include "metrics/metric.h"
#include "train/training_data.h"

namespace mdl {

struct ValidationResult {
  double loss = 0;  // mean log loss, at the fitted temperature where there is one; or mean loss of numbers, as they are
                    // learned (objective.h)
  Scores scores;    // the one that is shown, where it is defined
  double temperature = 1, smearing = 1;
  Predictions predictions;  // of the rows that are validated, ascending; none where an output is not finite
};

/// The score that is shown of a run: train.metric, or what it stands for.
Metric main_metric(const TrainConfig& config, const TrainingData& data);

/// The loss of the model that predicts the class shares, or the mean, of the training rows; 0 where numbers are learned
/// by
/// another loss than the squared error, for which it is not known.
double trivial_loss(const TrainingData& data);

/// `outputs`: of each network, from the first one's number `first` on, [its validation rows, network outputs]. With
/// folds a row's prediction is that of the networks which did not train on it: of some folds, at most one partition's,
/// or of whole partitions. The score is that at the threshold that train.threshold would choose.
ValidationResult validate(const TrainingData& data, std::vector<std::vector<float>> outputs, size_t first,
                          const TrainConfig& config, Metric metric);

}  // namespace mdl
