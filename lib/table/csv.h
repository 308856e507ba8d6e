// The CSV scanner that training, evaluation and prediction share: RFC 4180, records over a reused buffer, each record's
// bytes kept as they came.
#pragma once

#include <cstdint>
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
/// not part of the first name. A record is at most 64 MiB long.
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

  /// Goes to the next record; false at the end. A record with a wrong number of fields is an Error, after which raw()
  /// and where() are its own and the next call goes on behind it; any other Error comes again with every call.
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
  /// How far the next record has been scanned: its end is not in the buffer yet; it is there; there is none; it is refused.
  enum class Scan { kMore, kRecord, kEnd, kRefused };
  enum class Place { kUnquoted, kQuoted, kAfterQuote };
  struct Span {
    uint32_t begin = 0, size = 0;  // of the value, from the start of the record, quotes excluded
    bool doubled = false;          // holds doubled quotes
  };

  Scan scan();
  Scan scan_end();
  Scan look_again(size_t at);
  Scan finish(size_t end, size_t next_begin);
  Scan refuse(size_t line, std::string_view why);
  void end_field(size_t at);
  void end_plain_fields();
  void fill();
  void show_fields();
  void skip_byte_order_mark();
  void check_header() const;

  std::unique_ptr<ByteSource> source_;
  std::string name_;
  std::string raw_header_;
  std::string line_end_ = "\n";
  std::vector<std::string> header_;

  // The current record.
  std::string_view raw_;
  std::vector<std::string_view> fields_;
  std::string unquoted_;            // its values that held doubled quotes
  size_t line_ = 1;

  std::vector<char> buffer_;
  size_t end_ = 0;                  // of what was read
  bool source_ended_ = false;

  // The record after the current one. Positions are those in the buffer.
  Scan state_ = Scan::kMore;
  std::string problem_;             // kRefused
  size_t begin_ = 0, size_ = 0;
  size_t next_begin_ = 0;           // where the one after it begins
  size_t begin_line_ = 1;
  size_t line_breaks_ = 0;          // inside its quotes
  std::vector<Span> spans_;         // at most as many as the header has
  size_t count_ = 0;                // of its fields so far
  size_t field_ = 0;                // where the value of the field in work begins
  Place place_ = Place::kUnquoted;
  bool doubled_ = false;
  size_t quote_line_ = 0;

  // The bytes of the block that are special and not looked at yet, a bit each.
  uint64_t specials_ = 0;
  size_t block_ = 0;
  size_t next_block_ = 0;
};

/// Appends `value` to `out` as one CSV field, quoted only where it must be.
void append_csv_field(std::string& out, std::string_view value);

}  // namespace mdl
