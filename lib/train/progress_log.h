// What a person sees of a run while it goes on.
#pragma once

#include <string>

#include "base/console.h"
#include "train/loop.h"

namespace mdl {

/// The bar, and a line for evaluations. References must outlive this.
class ProgressLog {
 public:
  ProgressLog(const TrainConfig& config, Console& console) : config_(config), console_(console) {}

  void progress(const Progress& now);

  /// Of a long run not every evaluation is told: the first one, then those at every tenth of the whole.
  void evaluated(const TrainState& state, double rows_per_second);

  /// Why the run ended early, and its best epoch.
  void ended(const TrainState& state, Ending ending);

 private:
  const TrainConfig& config_;
  Console& console_;
  std::string last_scores_;
};

}  // namespace mdl
