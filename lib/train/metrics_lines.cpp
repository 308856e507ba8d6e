#include "train/metrics_lines.h"

#include <fmt/format.h>

#include <cmath>
#include <map>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "train/run_folder.h"

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

std::vector<LoggedEvaluation> logged_evaluations(const Folder& folder) {
  std::vector<LoggedEvaluation> logged;
  for (const std::string& line : split(content_of(folder, kMetricsFile), '\n')) {
    const auto record = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    const bool is_evaluation = record.is_object() && record.contains("validation_loss");
    if (!is_evaluation) continue;
    const auto whole = [&](const char* key) {
      return record.contains(key) && record[key].is_number_integer() ? record[key].get<int64_t>() : 0;
    };
    const auto number = [&](const char* key) {
      return record.contains(key) && record[key].is_number() ? record[key].get<double>() : 0;
    };
    logged.push_back({.trial = static_cast<int>(whole("trial")),
                      .record = {.epoch = whole("epoch"),
                                 .step = whole("step"),
                                 .train_loss = number("train_loss"),
                                 .validation_loss = number("validation_loss"),
                                 .seconds = number("seconds")}});
  }
  return logged;
}

std::vector<EpochRecord> taken_evaluations(const std::string& folder, const Model& model) {
  std::map<int, std::vector<EpochRecord>> trials;
  double lowest = INFINITY;
  int taken = 0;
  for (const auto& [trial, record] : logged_evaluations(Folder(folder))) {
    trials[trial].push_back(record);
    if (record.validation_loss >= lowest) continue;
    lowest = record.validation_loss;
    taken = trial;
  }
  std::vector<EpochRecord>& records = trials[taken];
  // The one that was kept is the only one by which a metric can choose.
  for (EpochRecord& record : records) {
    if (model.metric && record.epoch == model.epoch) {
      const auto score = score_of(model.validation, *model.metric);
      if (score) record.validation = {{*model.metric, *score}};
    }
  }
  return records;
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
