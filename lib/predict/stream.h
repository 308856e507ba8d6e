// Predictions for a stream of rows: rows go in, the same rows come out with the prediction behind them.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "modelfile/model.h"
#include "predict/predictor.h"
#include "table/table_format.h"
#include "table/unseen.h"

namespace mdl {

/// What becomes of a row that cannot be scored: the run stops there; it is left out; it stays, without a prediction.
enum class OnError { kFail, kSkip, kBlank };

struct PredictOptions {
  std::vector<std::string> inputs = {"-"};  // paths, or "-"; files with the same columns
  std::string output = "-";
  std::optional<TableFormat> input_format;   // else by what the file holds and its name
  std::optional<TableFormat> output_format;  // else by the file's name, else as the first input
  TextFormat text = {};                      // what is told of text
  bool only = false;                         // the new columns alone
  std::vector<std::string> columns;          // the input columns that are kept; empty: all
  std::optional<int> round;                  // decimals
  size_t top = 0;                            // so many of the most likely classes instead of all
  bool explain = false;                      // with contributions, which the predictor is to fill in
  OnError on_error = OnError::kFail;
  std::string rejects;  // a file for the rows that could not be scored, or nothing
};

struct PredictOutcome {
  int64_t rows = 0, rejected = 0;
  std::string first_problem;  // of the rejected
  std::vector<UnseenCells> unseen;
};

/// Writes every input row as it came, then `prediction` and, for classes, `p_<class>`. Memory does not grow with the
/// input; what has been read is answered before waiting for more. Text is read, scored and written by several threads
/// where the predictor lets them, to the same bytes. Throws Error when a row cannot be scored and
/// `on_error` does not say otherwise, or the input cannot be read on; the rows before have then been written.
PredictOutcome predict_stream(const Model& model, Predictor& predictor, const PredictOptions& options);

/// Answers each of the Arrow streams that follow each other on standard input by one on standard output, once it has
/// been read whole, until the input ends. `told` gets the outcome of each. One that cannot be answered has a stream of
/// no columns for an answer, with the Error's text in its schema's metadata (kArrowProblem). Throws Error when an input
/// is no such stream, or so damaged that where the next one begins cannot be told.
void predict_streams(const Model& model, Predictor& predictor, const PredictOptions& options,
                     const std::function<void(const PredictOutcome&)>& told);

}  // namespace mdl
