#include "train/length.h"

#include <algorithm>

#include "base/error.h"
#include "report/best_evaluation.h"

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

const EpochRecord& sufficient_evaluation(const std::vector<EpochRecord>& history, double trivial_loss) {
  const double best = lowest(history, history.back().step);
  return *std::ranges::find_if(history, [&](const EpochRecord& record) {
    return record.validation_loss - best <= least_gain(record.validation_loss, trivial_loss);
  });
}

int64_t earliest_end(const std::vector<EpochRecord>& history, double trivial_loss) {
  if (history.empty()) return kLeastSteps;
  return std::max({kLeastSteps, 2 * sufficient_evaluation(history, trivial_loss).step, history.back().step + 1});
}

bool is_beaten(const std::vector<EpochRecord>& history, const std::vector<EpochRecord>& rival) {
  constexpr int64_t kLeast = 128, kShare = 3;
  if (history.empty()) return false;
  const int64_t step = history.back().step, of_best = rival[best_evaluation(rival, {})].step;
  return step >= std::max(kLeast, of_best / kShare) && lowest(history, step) > lowest(rival, step);
}

}  // namespace mdl
