// Records of a stream encoded one by one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "table/encoder.h"
#include "table/records.h"
#include "table/unseen.h"

namespace mdl {

/// A cell that is not spelled as its column's numbers are, a text that is no UTF-8, or no exposure.
struct BadCell {
  std::string column;
  std::string text;
  std::string expected;  // "a number", "a date like 2024-05-31", "UTF-8 text"
};

/// "data/new.csv:812: column 'age': 'abc' is not a number", or what the column's form is.
BadRecord bad_record(const RecordReader& record, const BadCell& cell);

/// Encodes records of one stream, whose columns are found by name. Several may share an encoder.
class RecordEncoder {
 public:
  /// Throws Error naming every feature column, and that of exposures, that the stream lacks. `encoder` must outlive this.
  RecordEncoder(const Encoder& encoder, const RecordReader& records);

  /// The first cell that does not fit its column; `to` is then as before.
  [[nodiscard]] std::optional<BadCell> append(const RecordReader& record, EncodedRows& to);

  /// Where a feature's cells stand in the stream's records.
  size_t column(size_t feature) const { return columns_[feature]; }

  /// Of the rows so far, of each feature that knows categories.
  std::vector<UnseenCells> unseen() const;

 private:
  Cell cell_of(const RecordReader& record, size_t feature) const;
  std::optional<double> exposure_of(const Cell& cell) const;

  const Encoder& encoder_;
  bool plain_numbers_;
  size_t numbers_, indices_;          // of a row
  std::vector<size_t> columns_;       // of the stream, by feature
  std::vector<EncodedPlace> places_;  // by feature
  std::vector<int64_t> unseen_;       // likewise
  size_t exposure_ = 0;               // of the stream's columns, where the encoder has one
  int64_t rows_ = 0;
};

}  // namespace mdl
