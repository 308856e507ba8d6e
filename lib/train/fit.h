// A training run: the members side by side, evaluations in between, the best one's weights kept.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <vector>

#include "base/console.h"
#include "config/config.h"
#include "modelfile/model.h"
#include "train/prepare.h"
#include "train/state.h"

namespace mdl {

struct FitOptions {
  at::Device device = at::kCPU;
  int threads = 1;
  bool aten = false;  // on the CPU too, ATen's operators instead of our own loops, as on a GPU

  /// Called now and then with all that is needed to go on, and before Interrupted is thrown.
  std::function<void(const TrainState&)> save;
};

/// Trains `network` by the resolved `config` from `state` on (a new run: TrainState()), and leaves all that the run
/// came to in `state`. The result is a function of data, config, device and thread count alone, however often it was
/// interrupted. Throws Error when loss or gradients are not finite, Interrupted when stop_signal() is set.
void fit(const Config& config, const Network& network, const Prepared& prepared, const FitOptions& options,
         TrainState& state, Console& console);

/// The members' weights at the best evaluation, and the temperature that fits them where the config asks for one.
struct Best {
  std::vector<Values> members;
  double temperature = 1;
};
Best best_of(const Config& config, const Network& network, const Prepared& prepared, const FitOptions& options,
             const TrainState& state);

/// Number of elements of a member's flat parameters, padding included.
size_t flat_size(const Network& network);

/// Seconds that a step of one member takes, measured over a few steps whose result is thrown away; and the number of
/// them in a run.
struct StepTime {
  double seconds = 0;
  int64_t steps = 0;
};
StepTime time_step(const Config& config, const Network& network, const Prepared& prepared, const FitOptions& options);

/// How many threads the config asks for: `threads`, or what the work is worth.
int thread_count(const Config& config, const Network& network);

}  // namespace mdl
