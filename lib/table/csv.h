// The CSV scanner that training, evaluation and prediction share: RFC 4180, records over a reused buffer, each record's
// bytes kept as they came.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_source.h"
#include "table/record_blocks.h"

namespace mdl {

struct CsvFormat {
  std::optional<char> delimiter;  // none: found in the header
  std::optional<char> likely;     // then taken where the header has it
  char quote = '"';               // '\0': none
  std::optional<char> comment;    // lines that begin with it are passed over; '\0': none are; nothing: those before the
                                  // header that begin with '#' are
};

/// Reads one CSV stream record by record. Views are valid until the next call of next().
///
/// Strict: a record with more or fewer fields than the header, text after a closing quote, a blank before an opening
/// one, an unquoted field that holds a quote before one that ends in a quote, an unclosed quote, a NUL byte, a carriage
/// return outside quotes that does not end the line, a repeated header name and an empty one that is neither the first
/// nor among the last are Errors that name file and line. Empty lines are passed over where the table has more than one
/// column. A byte order mark is not part of the first name. Excel's first line "sep=;" names the delimiter. A record is
/// at most 64 MiB long.
///
/// A delimiter that is not told is the one of ',', ';', tab and '|' that the header holds outside quotes; of several the
/// one by which the next line has as many fields as the header. Where that leaves a choice it is an Error.
class CsvReader final : public TextReader {
 public:
  /// Reads the header. `name` stands in messages. Throws Error when there is no header.
  CsvReader(std::unique_ptr<ByteSource> source, std::string name, const CsvFormat& format = {});

  char delimiter() const { return delimiter_; }
  char quote_mark() const { return quote_; }

  /// What stands before the header, and what separates the fields where that was found: "2 lines of comment
  /// before the header and ';' between fields"; empty for what is expected.
  std::string findings() const;

  /// The header's own bytes, byte order mark included, without the line end.
  const std::string& raw_header() const { return raw_header_; }

  /// "\n" or "\r\n", as the header's line ends.
  const std::string& line_end() const { return line_end_; }

  /// A record with a wrong number of fields is a BadRecord.
  bool next() override;
  bool would_wait() override;
  std::string_view raw_field(size_t column) const override;
  std::unique_ptr<RecordBlocks> blocks(size_t size = RecordBlocks::kSize) override;
  std::unique_ptr<TextReader> block_reader() const override;
  void read(const RecordBlock& block) override;

 private:
  /// How far the next record has been scanned: its end is not in the buffer yet; it is there; there is none; it is
  /// refused.
  enum class Scan { kMore, kRecord, kEnd, kRefused };
  enum class Place { kUnquoted, kQuoted, kAfterQuote };
  struct Span {
    uint32_t begin = 0, size = 0;  // of the value, from the start of the record, quotes excluded
    bool doubled = false;          // holds doubled quotes
  };

  struct Line {
    std::string_view text;  // without its end
    size_t next;            // where the next one begins, from begin_
  };

  CsvReader(const CsvReader& table);
  std::optional<Line> peek_line(size_t begin);
  void skip_lines(size_t end, size_t count);
  std::optional<char> take_delimiter_line();
  void take_comments(const CsvFormat& format);
  char find_delimiter(const CsvFormat& format);
  size_t count_fields(std::string_view line, char delimiter) const;
  bool skip_comment_lines();
  Scan scan();
  Scan scan_end();
  Scan look_again(size_t at);
  Scan finish(size_t end, size_t next_begin);
  Scan refuse(size_t line, std::string_view why);
  bool take_stray_quote(size_t at);
  void end_field(size_t at);
  void end_plain_fields();
  void fill();
  void show_fields();
  void skip_byte_order_mark();
  void check_header() const;

  std::unique_ptr<ByteSource> source_;
  char delimiter_ = ',', quote_, comment_ = '\0';
  bool delimiter_line_ = false, delimiter_found_ = false;
  size_t comment_lines_ = 0;  // before the header
  size_t first_line_ = 0;     // behind the header
  std::string raw_header_;
  std::string line_end_ = "\n";
  std::string unquoted_;  // the current record's values that held doubled quotes

  std::vector<char> buffer_;
  size_t end_ = 0;  // of what was read
  bool source_ended_ = false;

  // The record after the current one. Positions are those in the buffer.
  Scan state_ = Scan::kMore;
  std::string problem_;  // kRefused
  size_t begin_ = 0, size_ = 0;
  size_t next_begin_ = 0;  // where the one after it begins
  size_t begin_line_ = 1;
  size_t line_breaks_ = 0;   // inside its quotes
  std::vector<Span> spans_;  // at most as many as the header has
  size_t count_ = 0;         // of its fields so far
  size_t field_ = 0;         // where the value of the field in work begins
  Place place_ = Place::kUnquoted;
  bool doubled_ = false;
  size_t quote_line_ = 0;
  size_t unpaired_ = 0;  // the field, from 1, with a quote that a later one may close; 0: none

  // The bytes of the block that are special and not looked at yet, a bit each.
  uint64_t specials_ = 0;
  size_t block_ = 0;
  size_t next_block_ = 0;
};

/// Appends `value` to `out` as one CSV field, quoted only where it must be.
void append_csv_field(std::string& out, std::string_view value, char delimiter = ',', char quote_mark = '"');

}  // namespace mdl
