// What an evaluation found, as plain values, and its forms: text for a person, JSON for a program, Markdown for a pull
// request, JUnit XML for a CI system, HTML for a browser.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "metrics/calibration.h"
#include "metrics/classification.h"
#include "metrics/curves.h"
#include "metrics/drift.h"
#include "metrics/error_shape.h"
#include "metrics/full_average.h"
#include "metrics/gate.h"
#include "metrics/importance.h"
#include "metrics/interval.h"
#include "metrics/metric.h"
#include "metrics/quantiles.h"
#include "metrics/slices.h"
#include "table/unseen.h"

namespace mdl {

/// Classes of a confusion matrix that is written whole.
inline constexpr size_t kWidestConfusion = 1000;

/// One evaluation of a training run, as in metrics.jsonl.
struct EpochRecord {
  int64_t epoch = 0;  // from 1; the one in work, where an evaluation is done within it
  int64_t step = 0;   // optimizer steps so far
  double train_loss = 0;
  double validation_loss = 0;
  Scores validation;  // the main scores on the validation rows
  double learning_rate = 0;
  double seconds = 0;  // since training started
};

/// What the networks of one fold score on the rows that validate them.
struct FoldScores {
  std::string times;  // of its first and last rows, "2024-03-01 to 2024-03-31"; empty: it is no fold in time
  int64_t training_rows = 0, rows = 0;
  Scores scores;
};

/// Another model, or its report, beside this one.
struct Comparison {
  std::string name;     // its path
  bool paired = false;  // both were scored on the same rows here; else two reports' intervals are compared
  Scores scores;        // its scores
  Scores differences;   // this model's minus its
  Intervals intervals;  // of the differences
  std::string note;     // what is to be known of it; a sentence
};

/// A row that the model is far off on.
struct WorstRow {
  size_t line = 0;  // in the data, from 1
  std::string label, predicted;
  double loss = 0;                 // -log of the true class's probability; regression: the absolute error
  std::vector<std::string> cells;  // of the report's worst_columns, as they stand in the table
};

/// A line of what is known of the model: {"seed", "0"}.
struct Fact {
  std::string name, text;
};

/// Settings that a training run tried.
struct TrialResult {
  std::string settings;  // "periodic_sigma 0.3, dropout 0"
  int64_t epochs = 0;
  double validation_loss = 0;  // the lowest
  bool taken = false;          // the run's networks were trained by these
};

/// What a training run's model scores on data.test.
struct TestScores {
  std::string data;  // path
  int64_t rows = 0;
  Scores scores;
  Intervals intervals;
  std::vector<std::string> notes;  // what is to be known about the rows, a sentence each
};

struct Report {
  std::string model;        // path
  std::string data;         // path
  std::string date;         // on which it was made, 2024-05-31; empty: not told
  std::vector<Fact> about;  // the model: its target, features, recipe
  std::string data_sha256;  // of its bytes, unpacked, in hexadecimal; empty: not known
  std::string weight;       // the column of row weights; empty: all weigh the same
  int64_t rows = 0;
  int64_t skipped_unlabelled = 0;
  Task task = Task::kBinary;
  std::string target;                 // the column that is predicted
  Metric metric = Metric::kAccuracy;  // of the scores the one that stands first
  Scores scores;
  Intervals intervals;        // of the scores, where there are any
  double confidence = 0.95;   // of the intervals
  Scores baseline;            // of the trivial model: the training rows' class shares, or their mean; empty: not known
  std::string baseline_text;  // "always 'g'", "always 3932.8"

  int64_t zero_targets = 0;  // regression: rows whose target is 0

  std::optional<QuantileCoverage> quantiles;  // of a quantile regression
  std::optional<double> tweedie_power;        // of tweedie_deviance, where that is scored

  // classification
  std::vector<std::string> classes;  // any bytes
  size_t positive = 1;               // two classes: index of the positive one
  double threshold = 0.5;            // two classes
  std::vector<ClassScores> per_class;
  std::vector<std::vector<int64_t>> confusion;  // [truth][predicted]; empty beyond kWidestConfusion classes, and then
  std::vector<Confusion> confusions;            // the most frequent mistakes
  std::vector<std::string> unknown_labels;      // labels of the data that the model does not know
  int64_t unknown_label_rows = 0;               // that have one of them
  bool unknown_labels_are_gate = false;         // where there are some, the evaluation fails

  std::vector<UnseenCells> unseen;  // a categorical column each
  std::vector<RankedRow> ranked;    // two classes: all rows by the probability of the positive class
  std::vector<GateResult> gates;
  std::optional<Reliability> reliability;  // classification
  std::vector<Slice> slices;
  std::optional<Comparison> compared_to;
  std::vector<WorstRow> worst;                 // largest loss first
  std::vector<std::string> worst_columns;      // whose cells they show
  bool worst_hidden = false;                   // they show no cells, as the data is encrypted
  std::optional<ErrorShape> errors;            // regression, for the page
  std::optional<Threshold> cost;               // two classes: what errors cost, by the rule that chose the threshold
  std::vector<std::string> chosen_here;        // what was chosen on these rows, as "epoch": their scores are optimistic
  bool out_of_fold = false;                    // each row is scored by networks that did not train on it
  std::optional<NetworksARow> networks_a_row;  // the scores are what the average of all is expected to reach;
  Scores as_found;                             // and these those of the networks that predict a row here
  std::optional<Drift> drift;
  bool drift_is_gate = false;                                 // where some is found, the evaluation fails
  Metric importance_metric = Metric::kAccuracy;               // what `importance` is measured by
  std::vector<Importance> importance;                         // largest first
  std::vector<EpochRecord> epochs;                            // of the training run, where the report is about one
  std::vector<TrialResult> trials;                            // likewise, where it tried several
  std::optional<Metric> epoch_metric;                         // what chose its epoch; empty: the validation loss
  std::vector<FoldScores> folds;                              // of the training run, in their order; in time the last
                                                              // one's networks are the model's
  std::optional<TestScores> test;                             // likewise
  std::vector<std::pair<std::string, std::string>> versions;  // {"mdl", "0.1.0"}, {"libtorch", "2.13.0"}
};

/// How a text report is set.
struct TextStyle {
  size_t columns = 80;  // of a line
  bool colour = false;  // FAILED and DRIFTED in red, by ANSI's codes
};

/// Fits the columns; long class names are cut.
std::string text_report(const Report&);
std::string text_report(const Report&, const TextStyle&);

/// The document that contract and README describe. Bytes that are not UTF-8 become U+FFFD.
std::string json_report(const Report&);

/// The scores alone, by name, as programs take them that track scores; of a training run the validation loss, the epoch
/// and the seconds, too, and the scores on data.test as test_accuracy and so on.
std::string flat_scores(const Report&);

/// GitHub-flavoured Markdown for a pull request: the verdict first.
std::string markdown_report(const Report&);

/// JUnit XML: a test suite of which each gate is a test case.
std::string junit_report(const Report&);

/// One self-contained page: inline SVG, no script, no reference to anything outside.
std::string html_report(const Report&);

}  // namespace mdl
