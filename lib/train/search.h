// Training in which the run decides for itself: how long, and by which of a few settings that matter most from table to
// table. Two networks are trained for each settings, each without a fold of its own, and judged on these folds'
// rows; the settings with the lowest validation loss are the run's, and the networks that are left are trained by them
// for as many steps as were best.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "modelfile/network.h"
#include "train/loop.h"
#include "train/state.h"
#include "train/training_data.h"

namespace mdl {

/// What the trials are of: the resolved `config` with values for what it leaves open (model.periodic_sigma,
/// model.dropout, train.learning_rate), at most train.trials of them, none twice; at least one.
std::vector<Config> trials_of(const Config& config, const Network& network, Task task);

/// "periodic_sigma 0.3, dropout 0, learning rate 0.02".
std::string settings_text(const Config& trial);

/// The number of networks that are at work where the run stands, and of those whose weights the best trial keeps.
struct AtWork {
  int64_t members, kept;
};
AtWork at_work(const Config& config, const TrainState& state);

/// train_members(), with `trials`, as trials_of() gives them, where the config has them.
Ending train_by_trials(const Config& config, const std::vector<Config>& trials, const Network& network,
                       const TrainingData& data, const LoopOptions& options, TrainState& state);

/// Of each network of the run the weights that are kept, in the flat layout, the first network's first.
std::vector<const std::vector<float>*> kept_weights(const TrainState& state);

/// What was tried, for the report; empty where it was one thing.
std::vector<TrialResult> trial_results(const std::vector<Config>& trials, const TrainState& state);

/// The config that the run's networks were trained by.
const Config& chosen_config(const std::vector<Config>& trials, const TrainState& state);

}  // namespace mdl
