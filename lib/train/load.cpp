#include "train/load.h"

#include "base/counted.h"
#include "base/error.h"
#include "base/text.h"
#include "train/describe.h"
#include "train/length.h"
#include "train/objective.h"
#include "train/partition.h"
#include "train/streaming.h"
#include "train/validation_file.h"

namespace mdl {
namespace {

DatasetOptions dataset_options(const DataConfig& data) {
  DatasetOptions options;
  options.missing = data.missing;
  options.format = data.format;
  options.types = data.types;
  options.ignore = {data.ignore.begin(), data.ignore.end()};
  options.keep_texts = {data.target};
  options.weight = data.weight;
  if (!data.split.group.empty()) options.as_texts = {data.split.group};
  for (const std::string& used : {data.target, data.weight, data.exposure, data.split.group, data.split.time})
    options.ignore.erase(used);
  return options;
}

TrainingData read_into_memory(const Config& config, const DatasetOptions& options,
                              std::shared_ptr<const StartModel> start, Console& console) {
  Dataset dataset = read_dataset(config.data.train, options);
  for (const std::string& note : dataset.notes) console.log(note);
  if (start) expect_same_columns(*start, config, dataset);
  Supervision known = supervision_of(config, dataset, start.get());
  expect_metric(config.train.metric, known.target);
  Split split = split_rows(config, dataset, known);
  TrainingData rows = encode_rows(
      config, dataset, std::move(known), std::move(split), [&](size_t block) { dataset.release(block); },
      std::move(start));
  rows.inputs = dataset.inputs;
  rows.format = dataset.format;
  if (const Column* weights = dataset.find(config.data.weight)) rows.weight_form = weights->form;
  return rows;
}

}  // namespace

TrainingData load_training_data(const Config& config, Console& console, int processes) {
  const DataConfig& data = config.data;
  if (data.streaming == Streaming::kOn) expect_streamable(config);
  check_folds(config);
  check_length(config);
  expect_objective(config);
  std::shared_ptr<const StartModel> start;
  if (!config.train.from.empty()) start = std::make_shared<StartModel>(load_start(config.train.from));
  console.progress(0, "reading " + name_of_paths(data.train));
  DatasetOptions options = dataset_options(data);
  if (start) {
    options.types = types_of(*start, data);
    options.types_by = start->path;
  }
  TrainingData rows = data.streaming == Streaming::kOn
                          ? read_into_cache(config, options, std::move(start), console, processes)
                          : read_into_memory(config, options, std::move(start), console);
  if (data.validation && !data.validation->path.empty()) {
    for (const std::string& line : append_validation_file(data, rows)) console.warn(line);
  }
  if (rows.split.validation.empty()) {
    const auto there = static_cast<int64_t>(rows.split.training_count());
    fail("{}: no validation row is left; {} {} too few for data.validation", rows.findings.table, counted(there, "row"),
         there == 1 ? "is" : "are");
  }

  for (const std::string& line : describe(rows)) console.log(line);
  if (rows.findings.giveaways) console.warn(describe(*rows.findings.giveaways));
  return rows;
}

void resolve_by_data(Config& config, const TrainingData& data) {
  const Target& target = data.target;
  if (config.train.label_smoothing > 0 && target.task == Task::kRegression) {
    fail("train.label_smoothing is for classes; column {} makes this a regression", quote(target.name));
  }
  if (config.train.threshold != Threshold() && target.task != Task::kBinary) {
    fail("train.threshold is for two classes; column {} makes this a {}", quote(target.name),
         target.task == Task::kRegression ? "regression" : "multiclass task");
  }
  resolve(config, DataSummary{.task = target.task,
                              .rows = static_cast<int64_t>(data.split.rows_each()),
                              .columns = static_cast<int64_t>(data.encoder.features.size())});
}

}  // namespace mdl
