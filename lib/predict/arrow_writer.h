// Rows with their predictions, as columns: those of the input as they are, and beside them the predictions.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "predict/prediction_columns.h"
#include "predict/row_writer.h"
#include "table/arrow.h"

namespace mdl {

/// Without an answer the new columns are null.
class ArrowRowWriter final : public RowWriter {
 public:
  /// `schema` is that of the rows; its `predictions` are the columns'. `round`: decimals of the new numbers.
  ArrowRowWriter(PredictionColumns columns, ArrowSchema schema, std::optional<int> round);

  void append(std::string& out, size_t index, std::string_view passthrough, const Predictions& predictions,
              size_t row) override;
  void append_blank(std::string& out, size_t index, std::string_view passthrough) override;
  void flush(std::string& out, const Passthrough& passthrough) override;
  void finish(std::string& out) override { writer_->finish(out); }

 private:
  void take_rows(const Passthrough& passthrough);
  void take_cells(const Passthrough& passthrough);

  PredictionColumns columns_;
  std::optional<int> round_;
  size_t passthrough_;           // the number of columns that pass through
  std::vector<size_t> indices_;  // of the rows so far, in their batch
  ArrowRows rows_;
  std::unique_ptr<ArrowWriter> writer_;
};

}  // namespace mdl
