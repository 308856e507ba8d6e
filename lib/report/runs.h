// Training runs beside each other, as plain values, and their text, JSON and page.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"
#include "metrics/interval.h"
#include "metrics/metric.h"
#include "report/report.h"

namespace mdl {

/// A file of data that a run read.
struct RunInput {
  std::string key, path;  // data.train, as the config names it
  std::string sha256;     // empty: not known
  int64_t rows = 0;
};

/// Scores on some rows.
struct Judgement {
  std::string name;       // "validation", be it out of fold, "test", or a table's path
  std::string same_rows;  // equal where two were on the same rows; empty: not known
  int64_t rows = 0;
  Scores scores;
  Intervals intervals;
  Intervals differences;  // of these scores less the first run's, on the same rows, in pairs
};

/// A run, or a model alone, of which less is known.
struct RunSummary {
  std::string path;
  bool finished = true;
  std::string date;      // 2026-11-30
  int64_t modified = 0;  // seconds since 1970 at which its model's file, or its state, was written
  Task task = Task::kBinary;
  std::string target;
  std::vector<std::string> classes;   // the positive one of two first
  Metric metric = Metric::kAccuracy;  // that stands for it in one number
  std::vector<RunInput> inputs;
  std::vector<std::pair<std::string, std::string>> config;  // {"train.seed", "0"}, resolved, without paths
  std::string network;                                      // "10 x 13-64-1, relu"
  int64_t features = 0, parameters = 0, bytes = 0;          // bytes: of the model's file
  int64_t training_rows = 0, validation_rows = 0;
  int64_t epoch = 0;              // whose weights these are
  std::optional<double> seconds;  // that training took
  std::vector<Judgement> judgements;
};

/// What is said of a judgement that several runs have.
struct Ranking {
  std::string name;
  bool ranked = false;  // all were judged on the same rows, for the same target
  std::string why;      // where not: a sentence
};

/// Of each judgement that at least two of the runs have.
std::vector<Ranking> rankings_of(const std::vector<RunSummary>& runs);

/// Settings, data and other facts in which the runs are not alike: a name, and what each run has.
std::vector<std::pair<std::string, std::vector<std::string>>> differences_of(const std::vector<RunSummary>& runs);

// Side by side: what differs, and the scores.
std::string comparison_text(const std::vector<RunSummary>& runs, const TextStyle& style);
std::string comparison_json(const std::vector<RunSummary>& runs);
std::string comparison_page(const std::vector<RunSummary>& runs);

// A run a line; the scores are of `metric`, or of each run's own.
std::string runs_text(const std::vector<RunSummary>& runs, std::optional<Metric> metric, const TextStyle& style);
std::string runs_json(const std::vector<RunSummary>& runs);

/// Of its first judgement, by the metric, or its own one.
std::optional<double> score_of(const RunSummary& run, std::optional<Metric> metric);

}  // namespace mdl
