// From cells to the numbers that the network sees.
//
//   numeric feature      standard scaling: z = (x - center) / scale, center and scale the training rows' mean and
//   (population)
//                        standard deviation. Robust: center the median, scale the distance of the quartiles (where they
//                        are equal, half the range), then z / sqrt(1 + (z / 3)^2), which stays within -3 and 3. A date
//                        counts as its days since 1970-01-01, a time of day as its hours. Where a number tells more by
//                        its exact value than by its size (value_table.h), its `values` have a row of a table as well.
//                        A missing one is `fill`, the mean; with an indicator a further input says whether it is
//                        missing.
//   categorical feature  few categories: an input for each, 1 in that of the cell, all 0 where it is missing or unseen;
//   with
//                        robust scaling `codes` holds the inputs of each category. Many: a row of a table that the
//                        network learns.
//
// A row's dense inputs: the numeric features, then their indicators, then the categorical features' inputs, each in the
// order of `features`, which has the numeric ones first. A table's index is 0 for missing and unseen cells, else 1 +
// the category's or the value's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/config.h"
#include "table/histogram.h"
#include "table/null_values.h"
#include "table/records.h"
#include "table/scaling.h"
#include "table/table.h"
#include "table/unseen.h"
#include "table/value.h"

namespace mdl {

/// Of a column's categories so many of the most frequent ones are kept, with an input for each or in a table; the rest,
/// and rare ones, count as unseen.
inline constexpr size_t kMostCategories = 256, kMostTableCategories = 4096;

struct TargetValues;

struct EncoderOptions {
  Scaling scaling = Scaling::kStandard;
  bool missing_indicators = false;
  size_t one_hot_categories = kMostCategories;  // columns of more have a table
  const TargetValues* value_tables = nullptr;   // what numbers are to tell of, where they may have tables
  size_t min_category_rows = 1;  // categories of fewer rows are not kept; of numbers with a table three suffice
};

struct Feature {
  std::string name;
  ColumnKind kind = ColumnKind::kNumeric;
  NumberForm form;                      // numeric: how its cells are spelled
  double center = 0, scale = 1;         // numeric
  std::vector<double> values;           // numeric: ascending, those with a row of a table; empty: it has no table
  float fill = 0;                       // numeric: the input of a missing cell
  bool indicator = false;               // numeric: codes holds the indicator's inputs, {there, missing}
  std::vector<std::string> categories;  // categorical
  bool table = false;                   // categorical: a row of a table instead of inputs
  std::vector<float> codes;  // categorical, robust: [categories + 1, inputs]; the last row for missing and unseen cells
  Histogram histogram;       // of the training rows

  /// Number of dense inputs: of a numeric feature 1, indicator not counted; of a table 0.
  size_t width() const;

  bool dates() const { return form.kind == NumberForm::Kind::kDate; }

  /// What a numeric feature's cell says, which is not missing; nothing where it is not spelled in its form.
  std::optional<double> number(const Cell& cell) const;

  /// Whether its cells have an index: of a category, or of a row of the table of its values.
  bool indexed() const { return kind == ColumnKind::kCategorical || !values.empty(); }

  /// Rows of its table; 0 without one.
  size_t table_rows() const;

  /// The place of `number` among `values`, or -1.
  int32_t index_of_value(double number) const;
};

struct EncodedRows;

struct Encoder {
  Scaling scaling = Scaling::kStandard;
  std::vector<Feature> features;
  std::vector<std::string> missing;  // spellings of "missing"

  bool has_histograms() const;  // of its features, all or none
  size_t numeric_count() const;
  size_t indexed_count() const;
  size_t width() const;                 // number of dense inputs
  std::vector<int64_t> tables() const;  // rows of each table

  /// A numeric feature's number as the network sees it; NaN (missing) stays NaN until InputWriter.
  float encode(const Feature& feature, double number) const;

  /// The cell of a numeric feature at the end of `rows`.
  void append_number(const Feature& feature, double number, EncodedRows& rows) const;
};

/// Encoded rows in compact form: a number a numeric feature; an index (or -1) a numeric feature with a table, and a
/// categorical one.
struct EncodedRows {
  size_t rows = 0;
  std::vector<float> numbers;       // [rows, numeric features]; NaN where missing
  std::vector<int32_t> categories;  // [rows, indexed features], in the order of the features

  void clear();

  /// Appends a row of rows of the same encoder.
  void append(const EncodedRows& from, size_t row);
};

/// Fits the encoder on the rows `train` of the columns `features`. A column that tells nothing (empty or of one value
/// in every training row) is left out; `notes` gets a line for each thing a person should know. Throws Error when no
/// column is left, or when a column's numbers are too large to average.
Encoder fit_encoder(const std::vector<const Column*>& features, std::span<const uint32_t> train,
                    std::vector<std::string> missing, const EncoderOptions& options, std::vector<std::string>& notes);

/// Encodes all rows of the table. Takes the table's columns and lets each block go as soon as it is encoded.
EncodedRows encode(const Encoder& encoder, Table&& table);

/// Writes the inputs of rows for the network.
class InputWriter {
 public:
  explicit InputWriter(const Encoder& encoder);

  size_t width() const { return width_; }  // dense inputs
  size_t tables() const { return tables_; }

  /// `dense` [width], `indices` [tables].
  void write(const EncodedRows& rows, size_t row, float* dense, int64_t* indices) const;

  /// Asks the memory for a row that is to be written soon.
  void prefetch(const EncodedRows& rows, size_t row) const;

 private:
  struct Indicator {
    size_t number, place;
    float there, missing;
  };
  struct Indexed {
    bool table = false;
    size_t place = 0, width = 0;  // among the dense inputs
    std::vector<float> codes;     // empty: one-hot
  };
  size_t numbers_, width_ = 0, tables_ = 0;
  std::vector<float> fill_;
  std::vector<Indicator> indicators_;
  std::vector<Indexed> indexed_;
};

/// A cell that is not spelled as its column's numbers are.
struct BadCell {
  const Feature* feature;
  std::string text;
};

/// "data/new.csv:812: column 'age': 'abc' is not a number", or what the column's form is.
BadRecord bad_record(const RecordReader& record, const BadCell& cell);

/// Encodes records of one stream, whose columns are found by name.
class RecordEncoder {
 public:
  /// Throws Error naming every feature column that the stream lacks. `encoder` must outlive this.
  RecordEncoder(const Encoder& encoder, const RecordReader& records);

  /// The first cell that does not fit its column; `to` is then as before.
  [[nodiscard]] std::optional<BadCell> append(const RecordReader& record, EncodedRows& to);

  /// Of the rows so far, a categorical feature each.
  std::vector<UnseenCells> unseen() const;

 private:
  const Encoder& encoder_;
  NullValues missing_;
  std::vector<size_t> places_;
  std::vector<ValueIndex> categories_;  // by feature
  std::vector<int64_t> unseen_;         // likewise
  int64_t rows_ = 0;
};

}  // namespace mdl
