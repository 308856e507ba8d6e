// What the readers of tables have in common: rows one by one, their columns by name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/byte_source.h"
#include "base/error.h"

namespace mdl {

/// A row that cannot be read; the reader goes on behind it. raw(), line() and where() are the row's own.
class BadRecord : public Error {
 public:
  using Error::Error;
};

/// A cell as a reader hands it over: text that a column's rules read, or a number that has its type already. A whole
/// number beyond 2^53 is handed over as text, which holds all of its digits.
struct Cell {
  enum class Type : uint8_t { kMissing, kText, kNumber };
  Type type = Type::kMissing;
  std::string_view text;  // kText
  double number = 0;      // kNumber; NaN is missing, too
};

/// What the cell says as text, in `room` where it is a number: of a whole one its digits, else the shortest that reads
/// back as the same double.
std::string_view text_of(const Cell& cell, std::string& room);

/// Room for a source's bytes and as much again, so that it does not grow; at most `most`.
size_t first_buffer(const ByteSource& source, size_t most);

/// A stream of rows. Views are valid until the next call of next().
class RecordReader {
 public:
  explicit RecordReader(std::string name) : name_(std::move(name)) {}
  virtual ~RecordReader() = default;

  const std::string& name() const { return name_; }
  const std::vector<std::string>& header() const { return header_; }

  /// Goes to the next row; false at the end. Throws BadRecord, or another Error, which comes again with every call.
  virtual bool next() = 0;

  /// Whether next() would have to wait for a slow writer.
  virtual bool would_wait() = 0;

  /// A field as it stands in the row, quotes included. Not after would_wait(), which looks ahead.
  virtual std::string_view raw_field(size_t column) const = 0;

  /// Whether a field that stands without quotes is a number as every program writes it, however a column's numbers are
  /// spelled elsewhere.
  virtual bool has_plain_numbers() const { return false; }

  /// The value of a field. One that holds nothing at all, as JSON's null, has no data().
  virtual std::string_view field(size_t column) const { return fields_[column]; }

  /// The same for an encoder.
  Cell cell(size_t column) const {
    if (column >= fields_.size()) return typed_cell(column);
    const std::string_view text = fields_[column];
    return {text.data() == nullptr ? Cell::Type::kMissing : Cell::Type::kText, text};
  }

  /// The row's own bytes, without the line end.
  virtual std::string_view raw() const { return raw_; }

  /// The line of the file where the row starts, from 1.
  size_t line() const { return line_; }

  /// "data/new.csv:812", for messages about the current row.
  std::string where() const;

  /// The position of a column, or header().size() when there is none of that name.
  size_t find(std::string_view column) const;

 protected:
  /// A cell of a reader that has no `fields_`.
  virtual Cell typed_cell(size_t) const { return {}; }

  std::string name_;
  std::vector<std::string> header_;  // does not change once it is there

  // The current row.
  std::string_view raw_;
  std::vector<std::string_view> fields_;  // of readers of text
  size_t line_ = 1;

 private:
  mutable std::vector<size_t> by_name_;  // positions in the header, sorted by the first call of find()
};

}  // namespace mdl
