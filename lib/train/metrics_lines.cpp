#include "train/metrics_lines.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace mdl {

std::string metrics_line(const EpochRecord& record, size_t trial) {
  nlohmann::ordered_json line;
  if (trial > 0) line["trial"] = trial;
  line["epoch"] = record.epoch;
  line["step"] = record.step;
  line["train_loss"] = record.train_loss;
  line["validation_loss"] = record.validation_loss;
  for (const auto& [metric, value] : record.validation) line[name_of(metric)] = value;
  line["learning_rate"] = record.learning_rate;
  line["seconds"] = record.seconds;
  return line.dump();
}

std::string metrics_lines(const TrainState& state, const Model* model) {
  std::string lines;
  const auto add = [&](const std::vector<EpochRecord>& history, size_t trial) {
    for (const EpochRecord& record : history) lines += metrics_line(record, trial) + "\n";
  };
  for (size_t t = 0; t < state.trials.size(); ++t) add(state.trials[t].history, t + 1);
  add(state.history, state.trials.empty() ? 0 : state.trials.size() + 1);
  if (model == nullptr || model->test_rows == 0) return lines;
  nlohmann::ordered_json line = {{"epoch", model->epoch}, {"test_rows", model->test_rows}};
  for (const auto& [metric, value] : model->test) line[fmt::format("test_{}", name_of(metric))] = value;
  return lines + line.dump() + "\n";
}

}  // namespace mdl
