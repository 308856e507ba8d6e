// The training loop: members side by side, evaluations between, the best one's weights kept.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <optional>

#include "config/config.h"
#include "modelfile/network.h"
#include "train/ranks.h"
#include "train/state.h"
#include "train/training_data.h"

namespace mdl {

/// Where a run stands.
struct Progress {
  double done = 0;    // of 1; of a run that decides its own length, if it ended as soon as it may
  int64_t epoch = 1;  // of the latest steps
  double rows_per_second = 0;
  std::optional<double> seconds_left;  // empty while there is too little to go by
};

/// What a run calls while it goes on; each may be empty.
struct Callbacks {
  /// Now and then with all that is needed to go on, before Interrupted is thrown, and once at least in a new run.
  std::function<void(const TrainState&)> save;

  /// Some twenty times a second, from a thread that trains.
  std::function<void(const Progress&)> progress;

  /// Before trial number `trial` (from 0) of `trials`, where there are several.
  std::function<void(size_t trial, const std::vector<Config>& trials)> trial;

  /// Before so many networks that are left are trained by the settings that were chosen, for so many epochs.
  std::function<void(const Config& chosen, int64_t networks, int64_t epochs)> chosen;

  /// After each evaluation, the last of state.history, with the speed of these members up to it.
  std::function<void(const TrainState& state, double rows_per_second)> evaluated;
};

/// Why a run ended.
enum class Ending { kAllEpochs, kConverged, kBeaten, kEarlyStopping, kMaxMinutes };

struct LoopOptions {
  at::Device device = at::kCPU;
  int threads = 1;
  bool aten = false;       // on the CPU too, ATen's operators instead of our own loops, as on a GPU
  Callbacks callbacks;     // of the first rank
  Ranks* ranks = nullptr;  // that train together; null: this process is alone

  size_t first = 0;                                 // number of the first member
  const std::vector<EpochRecord>* rival = nullptr;  // ends where it is beaten by a run with this history (length.h)
  int64_t steps = 0;       // above 0: takes so many, without evaluations; the weights they lead to are kept
  double max_minutes = 0;  // of the run so far; 0: no limit
};

/// Trains `network` by the resolved `config` from `state` on (a new run: TrainState()), and leaves all that the run
/// came to in `state`; of several ranks in the first one's. The result is a function of data, config, device and thread
/// count alone, however often it was interrupted, whichever rank trained which network; where ranks share batches
/// (team.h), of their number, too. Throws Error when loss or gradients are not finite, Interrupted when stop_signal()
/// is set.
Ending train_members(const Config& config, const Network& network, const TrainingData& data, const LoopOptions& options,
                     TrainState& state);

/// Seconds that a step of one member takes, measured over a few steps whose result is thrown away; and the number of
/// them in a run.
struct StepTime {
  double seconds = 0;
  int64_t steps = 0, per_epoch = 0;
};
StepTime time_step(const Config& config, const Network& network, const TrainingData& data, const LoopOptions& options);

/// The members of a run compute with a thread each, however many are at work; a network by itself lets its matrix
/// products
/// have them all. LibTorch's settings are those of the thread that makes them, and not to be made by two at once.
void use_threads(const Config& config, int threads);

}  // namespace mdl
