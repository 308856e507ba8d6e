// One input of a prediction: its rows, encoded for the network and as they pass through beside the answer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "predict/row_writer.h"
#include "predict/stream.h"
#include "table/open_table.h"
#include "table/record_blocks.h"
#include "table/record_encoder.h"

namespace mdl {

/// An input whose form is known.
struct OpenedInput {
  TableFile file;                  // its bytes are those behind the header where `csv` has it
  std::unique_ptr<CsvReader> csv;  // null where it is none
  TableFormat format;
};

/// Throws Error where it is not of the form that the options name, or CSV without a header.
OpenedInput open_for_prediction(TableFile file, const Model& model, const PredictOptions& options);

class PredictionInput {
 public:
  /// Rows that pass through in the form `written`, beside the columns `added`. `passthrough`: the columns that pass
  /// through, in this order; all where there is nothing, which only rows of the form written can. `exact`: there may be
  /// no others. Throws Error where a column is not there, or has an added column's name.
  PredictionInput(OpenedInput input, const Model& model, const PredictOptions& options, const TableFormat& written,
                  const std::vector<std::string>& added, const std::optional<std::vector<std::string>>& passthrough,
                  bool exact);

  /// Of text: what is left of it in blocks, and another input for such blocks, to each of which read() goes. The rows
  /// of this one are not read any more then.
  std::unique_ptr<RecordBlocks> blocks(size_t size) { return text_ == nullptr ? nullptr : text_->blocks(size); }
  PredictionInput for_blocks() const { return PredictionInput(*this); }
  void read(const RecordBlock& block) { text_->read(block); }

  RecordReader& records() { return *records_; }
  RecordEncoder& encoder() { return *encoder_; }

  /// Adds the current row, or one that cannot be read.
  void show(Passthrough& out) const;
  void show_blank(Passthrough& out) const;

  /// Whether a row after the current one is of another batch of columns, which passes through by itself.
  bool ends_batch() const { return columns_pass() && arrow_->last_in_batch(); }

  /// Of text: what comes before the new columns in the header, and how its lines end.
  std::string header() const;
  std::string line_end() const;

  /// Of columns: what passes through.
  ArrowSchema schema() const;

  /// The columns of the header, where it has one.
  std::optional<std::vector<std::string>> columns() const;

 private:
  PredictionInput(const PredictionInput& input);
  void choose(const std::vector<std::string>& passthrough, bool exact, const PredictOptions& options);
  void show_cells(Passthrough& out) const;
  void show_json_value(std::string& out, size_t i) const;
  bool columns_pass() const { return arrow_ != nullptr && !written_.text(); }

  TableFormat format_, written_;
  bool only_;
  std::unique_ptr<RecordReader> records_;
  const ArrowReader* arrow_ = nullptr;  // the records, where they are Arrow's
  TextReader* text_ = nullptr;          // likewise
  std::optional<RecordEncoder> encoder_;
  bool whole_ = false;             // rows pass through as they came
  std::vector<size_t> places_;     // else these columns of them
  std::vector<std::string> keys_;  // JSON: "\"age\":" of each
  std::vector<bool> numeric_;      // of each: whether it is a number to the model
  std::vector<bool> plain_;        // of each: and spelled as such
};

/// Where the first input is of the form `input`.
TableFormat output_format(const TableFormat& input, const PredictOptions& options);

}  // namespace mdl
