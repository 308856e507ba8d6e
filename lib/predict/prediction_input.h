// One input of a prediction: its rows, encoded for the network and as they pass through beside the answer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "predict/row_writer.h"
#include "predict/stream.h"
#include "table/encoder.h"

namespace mdl {

class PredictionInput {
 public:
  /// `passthrough`: the columns that pass through, in this order; all where there is nothing, which only rows of the
  /// writer's own form can. `exact`: there may be no others. Throws Error where a column is not there, or has a new
  /// column's name.
  PredictionInput(const std::string& path, const Model& model, const PredictOptions& options, const RowWriter& writer,
                  const std::optional<std::vector<std::string>>& passthrough, bool exact);

  RecordReader& records() { return *records_; }
  RecordEncoder& encoder() { return *encoder_; }

  /// As `passthrough` of RowWriter::append(): of the current row, of one that cannot be read, of the header.
  void show(std::string& out) const;
  void show_blank(std::string& out) const;
  std::string header() const;
  std::string line_end() const;

  /// The columns of the header, where it has one.
  std::optional<std::vector<std::string>> columns() const;

 private:
  void choose(const std::vector<std::string>& passthrough, bool exact, const PredictOptions& options);

  TableFormat format_, written_;
  bool only_;
  std::unique_ptr<RecordReader> records_;
  std::optional<RecordEncoder> encoder_;
  bool whole_ = false;             // rows pass through as they came
  std::vector<size_t> places_;     // else these columns of them
  std::vector<std::string> keys_;  // JSON: "\"age\":" of each
  std::vector<bool> numeric_;      // of each: whether it is a number to the model
};

TableFormat input_format(const std::string& path, const PredictOptions& options);
TableFormat output_format(const PredictOptions& options);

}  // namespace mdl
