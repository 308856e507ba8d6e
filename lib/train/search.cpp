#include "train/search.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "report/best_evaluation.h"
#include "train/length.h"
#include "train/validation.h"

namespace mdl {
namespace {

/// Of a limit on minutes, what the trials may take.
constexpr double kShareOfTime = 0.4;

struct Settings {
  double periodic_sigma, dropout, rate;  // rate: a factor of default_learning_rate()
};

/// The likeliest first: each that follows was best on some of twenty tables (README.md).
constexpr Settings kSettings[] = {{0.3, 0.15, 1}, {0.3, 0, 1}, {0.1, 0.15, 1}, {1, 0.15, 1}, {0.3, 0, 0.25}};

double lowest_loss(const Trial& trial) { return trial.history[best_evaluation(trial.history, {})].validation_loss; }

Network of_members(Network network, int64_t members) {
  network.members = members;
  return network;
}

/// Throws Error where no row of the folds that judge the trials weighs anything.
void expect_weights(const TrainingData& data) {
  const auto weighs = [&](uint32_t row) { return data.weights[row] > 0; };
  for (size_t m = 0; m < static_cast<size_t>(kTrialNetworks) && !data.weights.empty(); ++m) {
    if (std::ranges::any_of(data.split.validation_rows(m), weighs)) return;
  }
  if (!data.weights.empty())
    fail(
        "all rows of the first {} folds weigh 0, which decide how long a run trains; use fewer train.folds, another "
        "train.seed, or set train.epochs",
        kTrialNetworks);
}

/// Why the trial with this history, which was not beaten, ended.
Ending ending_of(const TrainConfig& config, const std::vector<EpochRecord>& history, const TrainingData& data) {
  if (has_converged(history, trivial_loss(data))) return Ending::kConverged;
  if (history.back().step >= kLongestRun) return Ending::kAllEpochs;
  return *config.early_stopping > 0 ? Ending::kEarlyStopping : Ending::kMaxMinutes;
}

/// Ends the trial at work; its weights are kept where it is the best so far.
void end_trial(TrainState& state) {
  Trial trial{.history = std::move(state.history)};
  for (MemberState& member : state.members) trial.best.push_back(std::move(member.best));
  state.trials.push_back(std::move(trial));
  for (size_t t = 0; t < state.trials.size(); ++t) {
    if (t != best_trial(state.trials)) state.trials[t].best.clear();
  }
  state.members.clear();
  state.history.clear();
  state.plateau = {};
}

/// Callbacks of a part of the run, by whose progress all of it moves from `begin` to `end`.
Callbacks in_part(const Callbacks& callbacks, double begin, double end) {
  Callbacks part = callbacks;
  if (callbacks.progress) {
    part.progress = [&callbacks, begin, end](Progress now) {
      now.done = begin + (end - begin) * now.done;
      if (end < 1) now.seconds_left.reset();  // how long the networks that are left will train is not known yet
      callbacks.progress(now);
    };
  }
  return part;
}

}  // namespace

std::vector<Config> trials_of(const Config& config, const Network& network, Task task) {
  std::vector<Config> trials;
  for (const Settings& settings : kSettings) {
    Config trial = config;
    const bool matters = network.frequencies > 0 && network.numbers > 0;
    if (!trial.model.periodic_sigma)
      trial.model.periodic_sigma = matters ? settings.periodic_sigma : kSettings[0].periodic_sigma;
    if (!trial.model.dropout) trial.model.dropout = settings.dropout;
    if (!trial.train.learning_rate) trial.train.learning_rate = settings.rate * default_learning_rate(task);
    const bool enough = std::ssize(trials) == *config.train.trials;
    if (!enough && std::ranges::find(trials, trial) == trials.end()) trials.push_back(std::move(trial));
  }
  return trials;
}

std::string settings_text(const Config& trial) {
  return fmt::format("periodic_sigma {}, dropout {}, learning rate {}", *trial.model.periodic_sigma,
                     *trial.model.dropout, *trial.train.learning_rate);
}

AtWork at_work(const Config& config, const TrainState& state) {
  const int64_t members = *config.model.members;
  if (!has_trials(config)) return {.members = members, .kept = 0};
  return {.members = state.chosen ? members - kTrialNetworks : kTrialNetworks,
          .kept = state.trials.empty() ? 0 : kTrialNetworks};
}

Ending train_by_trials(const Config& config, const std::vector<Config>& trials, const Network& network,
                       const TrainingData& data, const LoopOptions& options, TrainState& state) {
  LoopOptions part = options;
  part.max_minutes = config.train.max_minutes;
  if (!has_trials(config)) return train_members(trials[0], network, data, part, state);

  expect_weights(data);
  part.max_minutes *= kShareOfTime;
  while (!state.chosen) {
    const size_t trial = state.trials.size();
    if (options.callbacks.trial && trials.size() > 1) options.callbacks.trial(trial, trials);
    const double each = 0.5 / static_cast<double>(trials.size());
    part.callbacks = in_part(options.callbacks, each * static_cast<double>(trial),
                             each * static_cast<double>(trial + 1));
    part.rival = trial > 0 ? &state.trials[best_trial(state.trials)].history : nullptr;
    const Ending ending = train_members(trials[trial], of_members(network, kTrialNetworks), data, part, state);
    end_trial(state);
    state.chosen = state.trials.size() == trials.size() || ending == Ending::kMaxMinutes;
  }

  const Config& chosen = chosen_config(trials, state);
  const std::vector<EpochRecord>& history = history_of(state);
  part.first = kTrialNetworks;
  part.rival = nullptr;
  const EpochRecord& enough = config.train.metric ? history[best_evaluation(history, config.train.metric)]
                                                  : sufficient_evaluation(history, trivial_loss(data));
  part.steps = enough.step;
  part.max_minutes = config.train.max_minutes;
  part.callbacks = in_part(options.callbacks, 0.5, 1);
  const int64_t left = network.members - kTrialNetworks;
  if (options.callbacks.chosen) options.callbacks.chosen(chosen, left, enough.epoch);
  const Ending last = train_members(chosen, of_members(network, left), data, part, state);
  return last == Ending::kMaxMinutes ? last : ending_of(chosen.train, history, data);
}

std::vector<const std::vector<float>*> kept_weights(const TrainState& state) {
  std::vector<const std::vector<float>*> kept;
  if (state.chosen) {
    for (const auto& weights : state.trials[best_trial(state.trials)].best) kept.push_back(&weights);
  }
  for (const MemberState& member : state.members) kept.push_back(&member.best);
  return kept;
}

std::vector<TrialResult> trial_results(const std::vector<Config>& trials, const TrainState& state) {
  std::vector<TrialResult> results;
  if (state.trials.size() < 2) return results;
  for (size_t t = 0; t < state.trials.size(); ++t) {
    results.push_back({.settings = settings_text(trials[t]),
                       .epochs = state.trials[t].history.back().epoch,
                       .validation_loss = lowest_loss(state.trials[t]),
                       .taken = t == best_trial(state.trials)});
  }
  return results;
}

const Config& chosen_config(const std::vector<Config>& trials, const TrainState& state) {
  return trials[state.chosen ? best_trial(state.trials) : 0];
}

}  // namespace mdl
