// A training run from rows in memory to files.
#pragma once

#include <optional>
#include <string>

#include "base/console.h"
#include "config/config.h"
#include "crypto/signing_key.h"
#include "report/report.h"
#include "train/ranks.h"
#include "train/run_folder.h"
#include "train/training_data.h"

namespace mdl {

struct TrainOptions {
  Existing existing = Existing::kRefuse;
  bool allow_changes = false;               // a resumed run may go on with other data or another config
  std::string resume_command;               // what to type to go on
  const SigningKey* signing_key = nullptr;  // signs model.safetensors and run.json
  Ranks* ranks = nullptr;                   // that train together; null: this process is alone
};

struct TrainResult {
  Report validation;
  std::optional<Report> test;  // on data.test, where there is one
};

/// Trains on `data`, which load_training_data() made by `config`, and writes the run's files into config.output:
/// last.safetensors, which makes the folder a run's, before all others, it and metrics.jsonl now and then, at the end
/// model.safetensors, config.yaml (where no model is there yet, at the beginning too) and report.html. Then data.test
/// is scored, and the files are written again with what it said; run.json is written (record.h), and both it and the
/// model signed where there is a key. Nothing when a resumed run is finished already. Throws Error when the folder is
/// not free (run_folder.h), when another run is at work there, when a resumed run would not go on as it began, or when
/// ranks would train different runs; Interrupted after the state was saved. Of several ranks the first one does all
/// that, and the others nothing but train, and return nothing.
std::optional<TrainResult> train(Config config, const TrainingData& data, const TrainOptions& options,
                                 Console& console);

/// Checks everything, trains a few steps that are thrown away, writes nothing. Returns what the run would be: shapes,
/// parameters, steps and an estimate of its time, for a person.
std::string dry_run(Config config, const TrainingData& data, Console& console);

}  // namespace mdl
