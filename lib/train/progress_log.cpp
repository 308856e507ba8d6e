#include "train/progress_log.h"

#include <algorithm>

#include "base/counted.h"
#include "base/text.h"
#include "report/best_evaluation.h"
#include "train/length.h"
#include "train/metrics_lines.h"
#include "train/search.h"

namespace mdl {
namespace {

std::string speed(double rows_per_second) {
  return fmt::format("{} rows/s", grouped(static_cast<long long>(rows_per_second)));
}

}  // namespace

void ProgressLog::progress(const Progress& now) {
  const std::string left = now.seconds_left ? fmt::format("  {} left", duration(*now.seconds_left)) : "";
  // What a narrow terminal cuts off matters least.
  console_.progress(
      now.done, fmt::format("epoch {}{}{}  {}", epoch_text(now.epoch), left, last_scores_, speed(now.rows_per_second)));
}

void ProgressLog::trial(size_t trial, const std::vector<Config>& trials) {
  trial_ = trial + 1;
  last_told_ = 0;
  last_scores_.clear();
  console_.log(fmt::format("trial {} of {}: {}", trial + 1, trials.size(), settings_text(trials[trial])));
}

void ProgressLog::chosen(const Config& settings, int64_t networks, int64_t epochs) {
  last_scores_.clear();
  console_.log(fmt::format("taken: {}; {} more {} by these for {}", settings_text(settings), networks,
                           networks == 1 ? "network trains" : "networks train", counted(epochs, "epoch")));
}

std::string ProgressLog::epoch_text(int64_t epoch) const {
  const int64_t epochs = *config_.epochs;
  return epochs == kAutoEpochs ? fmt::format("{:>3}", epoch)
                               : fmt::format("{:>{}}/{}", epoch, fmt::formatted_size("{}", epochs), epochs);
}

bool ProgressLog::is_told(int64_t epoch) {
  const int64_t epochs = *config_.epochs;
  if (epochs == kAutoEpochs) {
    if (epoch * 2 < last_told_ * 3) return false;
    last_told_ = epoch;
    return true;
  }
  return epochs <= 20 || epoch % std::max<int64_t>(1, epochs / 10) == 0 || epoch == 1 || epoch == epochs;
}

void ProgressLog::evaluated(const TrainState& state, double rows_per_second) {
  const EpochRecord& record = state.history.back();
  console_.record(metrics_line(record, trial_));
  const bool best = best_evaluation(state.history, config_.metric) + 1 == state.history.size();
  last_scores_ = fmt::format("  loss {:.4f}", record.validation_loss);
  std::string scores = fmt::format("loss {:.4f}  validation loss {:.4f}", record.train_loss, record.validation_loss);
  for (const auto& [metric, value] : record.validation) {
    const std::string score = fmt::format("  {} {:.4f}", name_of(metric), value);
    last_scores_ += score;
    scores += score;
  }
  if (console_.for_programs() || !is_told(record.epoch)) return;
  const std::string step = config_.evaluate_every.steps > 0 ? fmt::format("  step {}", record.step) : "";
  console_.log(fmt::format("epoch {}{}  {}  {}{}", epoch_text(record.epoch), step, scores, speed(rows_per_second),
                           best ? "  best" : ""));
}

void ProgressLog::ended(const TrainState& state, Ending ending) {
  if (ending == Ending::kMaxMinutes) console_.log("stopped: train.max_minutes is over");
  const std::optional<Metric> metric = config_.metric;
  if (ending == Ending::kEarlyStopping) {
    console_.log(fmt::format("stopped: no better {} in {} evaluations", metric ? name_of(*metric) : "validation loss",
                             *config_.early_stopping));
  }
  const std::vector<EpochRecord>& history = history_of(state);
  const EpochRecord& best = history[best_evaluation(history, metric)];
  if (ending == Ending::kAllEpochs && *config_.epochs == kAutoEpochs)
    console_.log(fmt::format("stopped: {} steps are the most that train.epochs: auto takes", grouped(kLongestRun)));
  if (ending == Ending::kConverged)
    console_.log(fmt::format("{} enough: the second half of {} lowered the validation loss by too little",
                             best.epoch == 1 ? "1 epoch was" : fmt::format("{} epochs were", best.epoch),
                             history.back().epoch));
  std::string chosen;
  if (metric) {
    const auto score = score_of(best.validation, *metric);
    chosen = score ? fmt::format(" by {}, {:.4f}", name_of(*metric), *score)
                   : fmt::format(", by validation loss, as {} is undefined on the validation rows", name_of(*metric));
  }
  console_.log(fmt::format("best epoch {}{}, validation loss {:.4f}; {} in all", best.epoch, chosen,
                           best.validation_loss, duration(state.seconds)));
}

}  // namespace mdl
