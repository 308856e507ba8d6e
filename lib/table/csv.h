// The CSV scanner that training, evaluation and prediction share: RFC 4180, records over a reused buffer, each record's
// bytes kept as they came.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"

namespace mdl {

/// Reads one CSV stream record by record. Views are valid until the next call of next().
///
/// Strict: a record with more or fewer fields than the header, text after a closing quote, an unclosed quote, a NUL byte, a
/// carriage return outside quotes that does not end the line, an empty or repeated header name and UTF-16 are Errors
/// that name file and line. Empty lines are passed over where the table has more than one column. A byte order mark is
/// not part of the first name.
class CsvReader {
 public:
  /// Reads the header. `name` stands in messages. Throws Error when there is no header.
  CsvReader(std::unique_ptr<ByteSource> source, std::string name);

  const std::string& name() const { return name_; }
  const std::vector<std::string>& header() const { return header_; }

  /// The header's own bytes, byte order mark included, without the line end.
  const std::string& raw_header() const { return raw_header_; }

  /// "\n" or "\r\n", as the header's line ends.
  const std::string& line_end() const { return line_end_; }

  /// Goes to the next record; false at the end.
  bool next();

  /// Whether next() would have to wait for a slow writer.
  bool would_wait();

  /// The value of a field: quotes taken off, doubled quotes made single.
  std::string_view field(size_t column) const { return fields_[column]; }

  /// The record's own bytes, without the line end.
  std::string_view raw() const { return raw_; }

  /// The line of the file where the record starts; the header is on line 1.
  size_t line() const { return line_; }

  /// "data/new.csv:812", for messages about the current record.
  std::string where() const;

  /// The position of a column, or header().size() when there is none of that name.
  size_t find(std::string_view column) const;

 private:
  bool scan_record();
  bool fill();
  void check_header();

  std::unique_ptr<ByteSource> source_;
  std::string name_;
  std::string raw_header_;
  std::string line_end_;
  std::vector<std::string> header_;
  std::vector<std::string_view> fields_;
  std::string_view raw_;
  size_t line_ = 1;

  struct Span {
    size_t begin, end;  // offsets from the record's start, quotes excluded
    bool doubled;       // holds doubled quotes
  };
  std::vector<Span> spans_;
  std::vector<char> buffer_;
  std::string unquoted_;    // fields of this record that held doubled quotes
  size_t begin_ = 0;        // start of the record in the buffer
  size_t end_ = 0;          // end of what was read
  size_t next_line_ = 1;
  bool source_ended_ = false;
};

/// Appends `value` to `out` as one CSV field, quoted only where it must be.
void append_csv_field(std::string& out, std::string_view value);

}  // namespace mdl
