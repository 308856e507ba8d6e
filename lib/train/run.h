// A training run from config to files.
#pragma once

#include <string>

#include "base/progress.h"
#include "config/config.h"
#include "report/report.h"

namespace mdl {

struct TrainOptions {
  std::string config_text;          // the resolved config as YAML, for config.yaml
  std::string portable_config;      // the same without paths, for the model file
  bool force = false;               // replace the run that is in the output folder
};

struct TrainResult {
  std::string folder;
  Report validation;
  std::optional<Report> test;       // on data.test, where there is one
};

/// Trains and writes the run's files into config.output: config.yaml, metrics.jsonl, report.html, and last of all
/// model.safetensors. Throws Error when the folder holds a run and `force` is not set.
TrainResult train(const Config& config, const TrainOptions& options, Talk& talk);

}  // namespace mdl
