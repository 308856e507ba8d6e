// From rows in memory to a trained model; no file is read or written, nothing is printed.
#pragma once

#include "evaluate/evaluate.h"
#include "modelfile/model.h"
#include "train/loop.h"
#include "train/plan.h"
#include "train/validation.h"

namespace mdl {

struct Fitted {
  Config config;  // that the networks were trained by
  Model model;
  Report validation;  // what it scores on the validation rows
  TrainState state;
  Ending ending = Ending::kAllEpochs;
};

/// Trains by `config`, whose unset values follow from the data. Throws Error, and Interrupted when stop_signal() is set.
Fitted fit(Config config, const TrainingData& data, const Callbacks& callbacks = {});

/// The same of a resolved config and its plan, from `state` on.
Fitted fit(const Config& config, const Plan& plan, const TrainingData& data, const Callbacks& callbacks,
           TrainState state);

/// The weights of the model's members at the best evaluation, and how good all are on the validation rows.
struct Best {
  std::vector<Values> members;
  ValidationResult validation;
  double temperature = 1, smearing = 1;      // of the average of all networks
  std::vector<ValidationResult> partitions;  // with several partitions into folds: the same of each one's networks
};
Best best_of(const Config& config, const Network& network, const TrainingData& data, const LoopOptions& options,
             const TrainState& state);

}  // namespace mdl
