// From an input's rows to their answers, batch by batch.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/pipeline.h"
#include "predict/prediction_input.h"
#include "predict/row_writer.h"
#include "predict/stream.h"
#include "table/encoder.h"

namespace mdl {

/// Rows that have been read and not yet answered.
struct RowBatch {
  struct Row {
    size_t line;
    size_t raw_end, passthrough_end;
    bool rejected = false;
  };

  std::string file;
  EncodedRows encoded;  // of those that are not rejected
  std::vector<Row> rows;
  std::vector<std::string> problems;  // of those that are
  std::string raw;                    // the rows as they came, where the rejects hold them
  Passthrough passthrough;

  bool full(size_t most) const;
  void clear();
};

/// A row that cannot be scored (rejects.h).
struct RejectedRow {
  std::string file;
  size_t line;
  std::string problem, row;
};

/// How rows are answered, and what becomes of the answers.
struct Answers {
  std::function<void(const EncodedRows& rows, Predictions& out)> predict;
  RowWriter& writer;
  std::function<void(std::string_view bytes)> write;
  std::function<void(RejectedRow row)> reject;
};

/// Scores batches.
class BatchScorer {
 public:
  BatchScorer(Answers answers, OnError on_error) : answers_(std::move(answers)), on_error_(on_error) {}

  /// Empties the batch. Throws Error where a row cannot be scored and that fails; those before it are written.
  void write(RowBatch& batch);

 private:
  void reject(const RowBatch& batch, size_t index, const std::string& problem, std::string_view raw,
              std::string_view passthrough);

  Answers answers_;
  OnError on_error_;
  Predictions predictions_;
  std::string out_;
};

/// Reads an input's rows to its end, and hands them over whenever a batch is full, of `rows_at_once`, or the input runs
/// dry. Returns how many there were, once all are answered. Throws Error where the input cannot be read on, or a row
/// cannot be and that fails; the rows before are answered then.
int64_t answer_rows(PredictionInput& input, Pipeline<RowBatch>& pipeline, const PredictOptions& options,
                    size_t rows_at_once);

}  // namespace mdl
