// From cells to the numbers that the network sees.
//
//   numeric feature      cell -> (cell - mean) / scale, 0 where missing          one input
//   categorical feature  cell -> one-hot over its categories, zeros where        one input a category
//                        missing or unseen
//
// mean and scale (population standard deviation) are those of the training rows. The inputs are in the order of
// `features`: the numeric ones first, each kind in the table's order.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/config.h"
#include "table/csv.h"
#include "table/missing.h"
#include "table/table.h"

namespace mdl {

/// Of a column's categories the most frequent ones get an input; the rest count as unseen.
inline constexpr size_t kMostCategories = 256;

struct Feature {
  std::string name;
  ColumnKind kind = ColumnKind::kNumeric;
  double mean = 0, scale = 1;            // numeric
  std::vector<std::string> categories;   // categorical: one input each, in this order

  size_t width() const { return kind == ColumnKind::kNumeric ? 1 : categories.size(); }

  /// A number as the network sees it; NaN (missing) becomes 0, the mean.
  float encode(double number) const;
};

struct Encoder {
  std::vector<Feature> features;
  std::vector<std::string> missing;      // spellings of "missing"

  size_t numeric_count() const;
  size_t width() const;                  // number of inputs
};

/// Encoded rows in compact form: a number a numeric feature, a category index (or -1) a categorical one.
struct EncodedRows {
  size_t rows = 0;
  std::vector<float> numbers;            // [rows, numeric features]
  std::vector<int32_t> categories;       // [rows, categorical features]

  void clear();

  /// Appends a row of rows of the same encoder.
  void append(const EncodedRows& from, size_t row);
};

/// Fits the encoder on the rows `train` of the columns `features`. A column that tells nothing (empty or of one value in
/// every training row) is left out; `notes` gets a line for each thing a person should know. Throws Error when no
/// column is left, or when a column's numbers are too large to average.
Encoder fit_encoder(const std::vector<const Column*>& features, std::span<const uint32_t> train, std::vector<std::string> missing,
                    std::vector<std::string>& notes);

/// Encodes all rows of the table. Takes the table's columns and lets each block go as soon as it is encoded.
EncodedRows encode(const Encoder& encoder, Table&& table);

/// Writes the inputs of some rows, [count, width], for the network.
class InputWriter {
 public:
  explicit InputWriter(const Encoder& encoder);

  size_t width() const { return width_; }
  void write(const EncodedRows& rows, size_t row, float* inputs) const;

 private:
  size_t numeric_, width_;
  std::vector<size_t> offsets_;          // of each categorical feature's first input
};

/// Encodes records of one CSV stream, whose columns are found by name.
class RecordEncoder {
 public:
  /// Throws Error naming every feature column that the stream lacks. `encoder` must outlive this.
  RecordEncoder(const Encoder& encoder, const CsvReader& csv);

  /// Throws Error "data/new.csv:812: column 'age': 'abc' is not a number"; `to` is then as before.
  void append(const CsvReader& record, EncodedRows& to) const;

 private:
  const Encoder& encoder_;
  MissingSpellings missing_;
  std::vector<size_t> places_;
  std::vector<std::unordered_map<std::string_view, int32_t>> indices_;   // by feature, views into its categories
};

}  // namespace mdl
