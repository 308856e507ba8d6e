// Rows with their predictions, as text.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "infer/predictions.h"
#include "modelfile/model.h"
#include "predict/format.h"

namespace mdl {

struct RowOptions {
  TableFormat format;
  bool only = false;         // no input columns
  std::optional<int> round;  // decimals of numbers; else the shortest that reads back as the same float
  size_t top = 0;            // the most likely classes in place of all of them; 0: all
};

/// Appends `prediction` and, for classes, p_<class> of each class; with `top` top_1, p_top_1, top_2, ... instead.
class RowWriter {
 public:
  RowWriter(const Target& target, RowOptions options);

  const std::vector<std::string>& new_columns() const { return columns_; }
  /// Those of them that hold numbers.
  std::vector<std::string> number_columns() const;
  const RowOptions& options() const { return options_; }
  void set_line_end(const std::string& line_end) { line_end_ = line_end; }

  /// `passthrough` is what comes before the new fields: of CSV the other fields, of JSON the object without its closing
  /// brace.
  void append(std::string& out, std::string_view passthrough, const Predictions& predictions, size_t row);

  /// The same without an answer: empty fields, or nulls.
  void append_blank(std::string& out, std::string_view passthrough) const;

  /// CSV's first line; nothing for JSON Lines.
  void append_header(std::string& out, std::string_view passthrough) const;

 private:
  void begin_field(std::string& out, std::string_view passthrough, size_t column) const;
  void append_class(std::string& out, size_t label) const;
  void append_number(std::string& out, double value) const;
  bool json() const { return options_.format.form == Form::kJsonLines; }

  const Target& target_;
  RowOptions options_;
  std::vector<std::string> columns_;
  std::vector<std::string> keys_;     // JSON: "\"p_good\":"
  std::vector<std::string> classes_;  // as they are written
  std::string line_end_ = "\n";
  std::vector<size_t> order_;  // top: the classes by their probabilities
};

}  // namespace mdl
