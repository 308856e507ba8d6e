#include "train/progress_log.h"

#include <algorithm>

#include "base/text.h"

namespace mdl {
namespace {

std::string speed(double rows_per_second) {
  return fmt::format("{} rows/s", grouped(static_cast<long long>(rows_per_second)));
}

}  // namespace

void ProgressLog::progress(const Progress& now) {
  const std::string left = now.seconds_left ? fmt::format("  {} left", duration(*now.seconds_left)) : "";
  // What a narrow terminal cuts off matters least.
  console_.progress(now.done, fmt::format("epoch {}/{}{}{}  {}", now.epoch, *config_.epochs, left, last_scores_,
                                          speed(now.rows_per_second)));
}

void ProgressLog::evaluated(const TrainState& state, double rows_per_second) {
  const EpochRecord& record = state.history.back();
  const bool best = best_evaluation(state.history) + 1 == state.history.size();
  last_scores_ = fmt::format("  loss {:.4f}", record.validation_loss);
  std::string scores = fmt::format("loss {:.4f}  validation loss {:.4f}", record.train_loss, record.validation_loss);
  for (const auto& [metric, value] : record.validation) {
    const std::string score = fmt::format("  {} {:.4f}", name_of(metric), value);
    last_scores_ += score;
    scores += score;
  }
  const int64_t epochs = *config_.epochs, every = std::max<int64_t>(1, epochs / 10);
  if (epochs > 20 && record.epoch % every != 0 && record.epoch != 1 && record.epoch != epochs) return;
  const std::string step = config_.evaluate_every.steps > 0 ? fmt::format("  step {}", record.step) : "";
  console_.log(fmt::format("epoch {:>{}}/{}{}  {}  {}{}", record.epoch, fmt::formatted_size("{}", epochs), epochs, step,
                           scores, speed(rows_per_second), best ? "  best" : ""));
}

void ProgressLog::ended(const TrainState& state, Ending ending) {
  if (ending == Ending::kMaxMinutes) console_.log("stopped: train.max_minutes is over");
  if (ending == Ending::kEarlyStopping)
    console_.log(fmt::format("stopped: no better validation loss in {} evaluations", *config_.early_stopping));
  const EpochRecord& best = state.history[best_evaluation(state.history)];
  console_.log(fmt::format("best epoch {}, validation loss {:.4f}; {} in all", best.epoch, best.validation_loss,
                           duration(state.seconds)));
}

}  // namespace mdl
