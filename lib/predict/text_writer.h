// Rows with their predictions, as CSV or JSON Lines.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "predict/prediction_columns.h"
#include "predict/row_writer.h"
#include "table/table_format.h"

namespace mdl {

struct TextOptions {
  TableFormat format;
  bool only = false;         // no input columns
  std::optional<int> round;  // decimals of numbers; else the shortest that reads back as the same float
};

/// `passthrough` is what comes before the new fields: of CSV the other fields, of JSON the object without its closing
/// brace. Without an answer they are empty, or null.
class TextWriter final : public RowWriter {
 public:
  TextWriter(PredictionColumns columns, const TextOptions& options, std::string line_end = "\n");

  void append(std::string& out, size_t index, std::string_view passthrough, const Predictions& predictions,
              size_t row) override;
  void append_blank(std::string& out, size_t index, std::string_view passthrough) override;
  void flush(std::string&, const Passthrough&) override {}
  std::unique_ptr<RowWriter> another() const override { return std::make_unique<TextWriter>(*this); }
  void finish(std::string&) override {}

  /// CSV's first line; nothing for JSON Lines.
  void append_header(std::string& out, std::string_view passthrough) const;

 private:
  void begin_field(std::string& out, std::string_view passthrough, size_t column) const;
  void append_number(std::string& out, double value) const;
  bool json() const { return options_.format.form == Form::kJsonLines; }

  PredictionColumns columns_;
  TextOptions options_;
  std::string line_end_;
  std::vector<std::string> keys_;     // JSON: "\"p_good\":"
  std::vector<std::string> classes_;  // as they are written
};

}  // namespace mdl
