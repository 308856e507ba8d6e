// When a run that decides its own length (train.epochs: auto) ends. Weights that are averaged over a share of the steps
// so far are as good as those of a learning rate that fell to 0 there, so each evaluation tells what the run is worth.
#pragma once

#include <cstdint>
#include <vector>

#include "config/config.h"
#include "report/report.h"

namespace mdl {

/// Throws Error where train.epochs: auto or train.trials does not go together with other keys.
void check_length(const Config& config);

/// Networks that a trial trains.
inline constexpr int64_t kTrialNetworks = 2;

/// Whether a resolved config has trials, if only one.
bool has_trials(const Config& config);

/// A limit, not a goal, of optimizer steps.
inline constexpr int64_t kLongestRun = 20'000;

/// Whether the second half of the steps lowered the lowest validation loss by less than 0.5 %, or by less than 0.02 % of
/// the trivial model's loss; which it is given at least 256 steps for.
bool has_converged(const std::vector<EpochRecord>& history, double trivial_loss);

/// The step at which has_converged() would be true if no later evaluation were better; at least one after the last.
int64_t earliest_end(const std::vector<EpochRecord>& history, double trivial_loss);

/// The first evaluation that no later one was better than by as much: what its steps came to is as good as all of them.
const EpochRecord& sufficient_evaluation(const std::vector<EpochRecord>& history, double trivial_loss);

/// Whether the lowest validation loss is above what the rival's was after as many steps. It is not looked at before 128
/// steps, and a third of those that the rival was best after.
bool is_beaten(const std::vector<EpochRecord>& history, const std::vector<EpochRecord>& rival);

}  // namespace mdl
