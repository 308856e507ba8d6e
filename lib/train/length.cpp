#include "train/length.h"

#include <algorithm>

#include "base/error.h"

namespace mdl {
namespace {

constexpr int64_t kLeastSteps = 256;

/// Less than this is not worth as many steps again.
double least_gain(double loss, double trivial_loss) { return std::max(0.005 * loss, 0.0002 * trivial_loss); }

/// The lowest validation loss of the evaluations up to a step; that of the first one at least.
double lowest(const std::vector<EpochRecord>& history, int64_t step) {
  double loss = history.front().validation_loss;
  for (const EpochRecord& record : history) {
    if (record.step <= step) loss = std::min(loss, record.validation_loss);
  }
  return loss;
}

bool is_too_short(const std::vector<EpochRecord>& history) {
  return history.empty() || history.back().step < kLeastSteps;
}

}  // namespace

void check_length(const Config& config) {
  const TrainConfig& train = config.train;
  const bool decides = *train.epochs == kAutoEpochs;
  const Schedule schedule = *train.schedule;
  if (decides && (schedule == Schedule::kCosine || schedule == Schedule::kOneCycle || schedule == Schedule::kCoslog4)) {
    fail("train.epochs: auto and train.schedule: {} exclude each other; that schedule needs a number of epochs",
         name_of(schedule));
  }
  if (decides && *train.regularization_schedule == RegularizationSchedule::kFlatCos)
    fail(
        "train.epochs: auto and train.regularization_schedule: flat_cos exclude each other; that schedule needs a "
        "number of epochs");
  if (*train.trials > 1 && !has_trials(config))
    fail("train.trials: {} needs train.epochs: auto and train.folds", *train.trials);
}

bool has_trials(const Config& config) {
  return *config.train.epochs == kAutoEpochs && *config.train.folds > 0 && *config.model.members > kTrialNetworks;
}

bool has_converged(const std::vector<EpochRecord>& history, double trivial_loss) {
  if (is_too_short(history)) return false;
  const int64_t step = history.back().step;
  const double then = lowest(history, step / 2);
  return then - lowest(history, step) <= least_gain(then, trivial_loss);
}

int64_t earliest_end(const std::vector<EpochRecord>& history, double trivial_loss) {
  if (history.empty()) return kLeastSteps;
  const double best = lowest(history, history.back().step);
  const auto there = std::ranges::find_if(history, [&](const EpochRecord& record) {
    return record.validation_loss - best <= least_gain(record.validation_loss, trivial_loss);
  });
  return std::max({kLeastSteps, 2 * there->step, history.back().step + 1});
}

bool is_beaten(const std::vector<EpochRecord>& history, const Rival& rival) {
  if (is_too_short(history) || history.back().step < rival.step / 2) return false;
  const double now = lowest(history, history.back().step), then = lowest(history, history.back().step / 2);
  return now - (then - now) > rival.loss;
}

}  // namespace mdl
