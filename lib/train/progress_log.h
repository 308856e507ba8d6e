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

  void trial(size_t trial, const std::vector<Config>& trials);
  void chosen(const Config& settings, int64_t networks, int64_t epochs);

  /// Of a long run not every evaluation is told to a person: the first one, then those at every tenth of the whole, or
  /// where that is
  /// not known, after half as many epochs again.
  void evaluated(const TrainState& state, double rows_per_second);

  /// Why the run ended early, and its best epoch.
  void ended(const TrainState& state, Ending ending);

 private:
  std::string epoch_text(int64_t epoch) const;
  bool is_told(int64_t epoch);

  const TrainConfig& config_;
  Console& console_;
  size_t trial_ = 0;  // from 1; 0: there are none
  std::string last_scores_;
  int64_t last_told_ = 0;  // epoch, of a run that decides its own length
};

}  // namespace mdl
