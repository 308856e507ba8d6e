// All that a run needs to go on as if nothing had happened: what last.safetensors holds.
//
// A safetensors file: of each member m <m>.parameters, <m>.first, <m>.second, <m>.average, <m>.best F32 [n], the
// network's flat layout (second: not with sgd; average: with train.weight_averaging; best: once an evaluation was done);
// history F64 [evaluations, 8]; of each trial t that has ended trial.<t>.history, and of the best one trial.<t>.<m>.best;
// metadata mdl.state (counters) and mdl.run (what the run depends on), JSON.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nn/schedule.h"
#include "report/report.h"

namespace mdl {

/// What the result of a run depends on, by name: {"train.epochs", "10"}, {"the data", "checksum 1a2b3c4d"}.
using RunFingerprint = std::vector<std::pair<std::string, std::string>>;

struct MemberState {
  int64_t step = 0;     // optimizer steps
  double loss_sum = 0;  // of weight times loss, since the last evaluation
  int64_t loss_rows = 0;
  std::vector<float> parameters, first, second, average, best;
};

/// A trial of settings (search.h) that has ended.
struct Trial {
  std::vector<EpochRecord> history;
  std::vector<std::vector<float>> best;  // of the best trial, its networks' weights at its best evaluation
};

struct TrainState {
  std::vector<MemberState> members;  // at work: all, a trial's, or when all trials have ended, those that are left
  nn::PlateauState plateau;
  std::vector<EpochRecord> history;  // an evaluation each; of the trial at work
  std::vector<Trial> trials;
  bool chosen = false;  // all trials have ended; the best one's settings are the run's
  double seconds = 0;   // of training so far
  bool finished = false;
  std::vector<std::string> changes;  // what resumed runs were allowed to change
};

struct SavedRun {
  TrainState state;
  RunFingerprint identity;
};

/// The file's bytes.
std::string format_state(const TrainState& state, const RunFingerprint& identity);

/// Throws Error, calling the file `name`, when it is damaged, or no run could have left it: every number of it is in
/// its range, the parts fit each other, and each member stands where the history says or behind.
SavedRun parse_state(std::string_view bytes, const std::string& name);

/// A sentence for each value that differs: "train.epochs was 10, is 20".
std::vector<std::string> differences(const RunFingerprint& before, const RunFingerprint& now);

/// The trial with the lowest validation loss, whatever chooses its epoch; the first of equal ones. There is one.
size_t best_trial(const std::vector<Trial>& trials);

/// The evaluations that chose the weights: the best trial's, where it was chosen.
const std::vector<EpochRecord>& history_of(const TrainState& state);

}  // namespace mdl
