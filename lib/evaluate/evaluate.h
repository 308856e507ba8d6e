// How good a model is on rows with known targets.
#pragma once

#include <span>
#include <string>

#include "modelfile/model.h"
#include "predict/predictor.h"
#include "report/report.h"
#include "table/target.h"

namespace mdl {

struct EvaluateOptions {
  bool skip_unlabelled = false;   // rows without a target are left out
  std::string device = "auto";
};

/// Scores of the model and of the trivial model (training's class shares, or its mean) on a CSV stream. `data` and `model`
/// of the report stay empty. Throws Error when a row cannot be scored, when no row has a target, and when a row has none unless
/// `skip_unlabelled`.
Report evaluate_file(const Model& model, const std::string& data, const EvaluateOptions& options);

/// The same of predictions for `rows`; `truths` as target_values() gives them, of all rows.
Report evaluate_rows(const Model& model, const Predictions& predictions, const TargetValues& truths, std::span<const uint32_t> rows);

}  // namespace mdl
