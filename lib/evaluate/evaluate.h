// How good a model is on rows with known targets.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "crypto/sha256.h"
#include "evaluate/row_answers.h"
#include "modelfile/model.h"
#include "predict/predictor.h"
#include "report/report.h"
#include "table/open_table.h"
#include "table/records.h"
#include "table/target.h"

namespace mdl {

struct EvaluateOptions {
  bool skip_unlabelled = false;     // rows without a target are ignored
  std::string weight;               // column of row weights; empty: all weigh the same
  NumberForm weight_form = {};      // how its numbers are spelled
  std::vector<std::string> slices;  // what rows are grouped by, as parse_slice() reads it;
  std::vector<Gate> gates;          // and by what these are about
  size_t worst = 10;                // so many of the rows with the largest errors
  bool page = false;                // for the page their cells are kept, and how a regression's errors are spread
  bool intervals = true;
  double confidence = 0.95;            // of the intervals
  TextFormat format = {};              // what is told of the table
  bool drift = false;                  // the rows are compared with the training rows; the model has histograms
  const Answerer* baseline = nullptr;  // another one of the same target, scored on the same rows
};

/// A table to score a model on, opened, its header read.
class ScoredTable {
 public:
  /// `stored` is of the file as it is stored, once the rows were scored.
  explicit ScoredTable(const std::string& path, const TextInput& text, Sha256* stored = nullptr);
  ScoredTable(const ScoredTable&) = delete;
  ScoredTable& operator=(const ScoredTable&) = delete;

  /// Throws Error where it lacks a column that scoring needs.
  void expect_columns(const Target& target, const Encoder& encoder, const std::string& weight) const;

  const RecordReader& records() const { return *records_; }

 private:
  friend Report evaluate_file(const Answerer&, ScoredTable&, const EvaluateOptions&);
  Sha256 hash_;
  std::unique_ptr<RecordReader> records_;
};

/// Scores of a model, and of the trivial model (training's class shares, or its mean) where a model is known, on a
/// table.
/// `data`, `model` and the name of the baseline model stay empty. Throws Error when a row cannot be scored, when no row
/// has a target, and when a row has none unless `skip_unlabelled`.
Report evaluate_file(const Answerer& answerer, ScoredTable& data, const EvaluateOptions& options);
Report evaluate_file(const Model& model, Predictor& predictor, ScoredTable& data, const EvaluateOptions& options);
Report evaluate_file(const Model& model, Predictor& predictor, const std::string& data, const EvaluateOptions& options);

/// The same of predictions for `rows`, with intervals; of all rows `labels`, as target_values() gives them, and
/// `weights`, or none.
Report evaluate_rows(const Model& model, const Predictions& predictions, const TargetValues& labels,
                     std::span<const uint32_t> rows, std::span<const double> weights = {});

/// The scores of another model's predictions for the same rows, and the differences in pairs of those of `model` from
/// them. The name stays empty.
Comparison compare_rows(const Model& model, const Predictions& predictions, const Model& other,
                        const Predictions& others, const TargetValues& labels, std::span<const uint32_t> rows,
                        std::span<const double> weights);

/// The scores alone, of some of the rows; both are ascending.
Scores score_rows(const Model& model, const Predictions& predictions, const TargetValues& labels,
                  std::span<const uint32_t> rows, std::span<const double> weights, std::span<const uint32_t> some);

/// The threshold that the rule asks for on these rows, by the probabilities that are printed.
double choose_threshold(const Model& model, const Threshold& rule, const Predictions& predictions,
                        const TargetValues& labels, std::span<const uint32_t> rows, std::span<const double> weights);

}  // namespace mdl
