// The commands that compute: what their flags say, and the functions that do it. Those that need LibTorch are defined twice: in
// mdl-compute, which is linked with it, and in mdl, which is not and starts mdl-compute (hand_over.cpp).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "predict/predictor.h"

namespace mdl {

struct TrainFlags {
  std::string input;                  // a config, or a table
  std::string target;
  std::vector<std::string> set;       // KEY=VALUE, in order
  std::optional<std::string> output;
  std::string device;
  std::optional<int64_t> threads;
  bool resume = false, force = false, allow_changes = false;
  bool dry_run = false;
  bool quiet = false;
};

struct EvaluateFlags {
  std::string model, data;
  std::string format = "text";
  std::string output = "-";
  std::vector<std::string> reports;      // further files, in the format that their names say
  std::vector<std::string> fail_under;   // METRIC=VALUE, or METRIC[COLUMN=VALUE,...]=VALUE
  std::string baseline;                  // another model, or its report as JSON
  std::vector<std::string> max_drop;     // METRIC=VALUE
  std::string gates;                     // a file of them
  std::optional<double> confidence;
  bool intervals = true;
  std::optional<double> threshold;
  std::string weight;                    // a column
  std::vector<std::string> slices;       // COLUMN,...
  size_t worst = 10;
  bool drift = false, fail_on_drift = false;
  bool skip_unlabelled = false;
  std::string device = "auto";
};

struct ExplainFlags {
  std::string model, data;
  std::string metric;                    // empty: the main one
  size_t repeats = 5;
  size_t rows = 10'000;
  uint64_t seed = 0;
  std::string format = "text";
  std::string output = "-";
  bool skip_unlabelled = false;
  std::string device = "auto";
};

struct PredictFlags {
  std::string model;
  std::vector<std::string> data;         // none: standard input
  std::string output = "-";
  std::string input_format, output_format, delimiter;   // empty: by the files' names
  bool only = false;
  std::vector<std::string> columns;      // COLUMN,...
  std::optional<int> round;
  std::optional<int64_t> top;
  std::optional<double> threshold;
  std::string on_error = "fail";
  std::string rejects;
  std::string allow_rejects;             // N or P%
  std::string device = "auto";
};

struct BenchmarkFlags {
  std::string model;
  std::vector<int64_t> batches = {1, 32, 1024, 16384};
  std::vector<int64_t> threads;          // empty: 1 and one for each processor
  double seconds = 1;
  std::string format = "text";
  std::string output = "-";
  std::string device = "auto";
};

// In both programs: they need LibTorch for a GPU alone.
int run_evaluate(const EvaluateFlags&);
int run_explain(const ExplainFlags&);
int run_predict(const PredictFlags&);

int run_train(const TrainFlags&);
int run_benchmark(const BenchmarkFlags&);

/// A Predictor on a device that may be a GPU.
Predictor predictor_on(const Model& model, const std::string& device);
/// A Predictor on the device that --device names. To be made before any input is read, which a program that is handed over to could not
/// read again.
Predictor predictor_for(const Model& model, const std::string& device);

}  // namespace mdl
