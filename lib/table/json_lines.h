// JSON Lines: an object a line, each line's bytes kept as they came.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/byte_source.h"
#include "base/hash.h"
#include "table/record_blocks.h"

namespace mdl {

/// Reads the objects' values of some keys. A number's value is its text as it stands, true's "true"; null has no
/// data(). Other keys may hold anything.
///
/// Strict (RFC 8259): a line that is no object, not UTF-8, lacks a key or has it twice, or holds a list or an object
/// where a value is wanted is a BadRecord with line and column. Empty lines are passed over. A line is at most 64 MiB
/// long.
class JsonLinesReader final : public TextReader {
 public:
  /// The header is `columns`. A line that has one of the keys `taken` is a BadRecord too.
  JsonLinesReader(std::unique_ptr<ByteSource> source, std::string name, std::vector<std::string> columns,
                  const std::vector<std::string>& taken = {});

  /// The header is the keys of the first object, in its order. A line that has another key is a BadRecord too. Throws
  /// Error where there is no object.
  JsonLinesReader(std::unique_ptr<ByteSource> source, std::string name);

  bool next() override;
  bool would_wait() override;
  bool has_plain_numbers() const override { return true; }
  std::string_view raw_field(size_t column) const override { return tokens_[column]; }
  std::unique_ptr<RecordBlocks> blocks(size_t size = RecordBlocks::kSize) override;
  std::unique_ptr<TextReader> block_reader() const override;
  void read(const RecordBlock& block) override;

 private:
  JsonLinesReader(const JsonLinesReader& table);
  size_t find_line_end();
  void fill();
  void parse();
  void parse_member();
  std::string_view parse_value(int depth);
  void parse_word(std::string_view word);
  void parse_number();
  void parse_string();
  uint32_t parse_hex();
  void skip_spaces();
  void expect(char wanted, const char* what);
  bool at(char wanted) const { return at_ < raw_.size() && raw_[at_] == wanted; }
  std::string_view value_of(std::string_view token);
  [[noreturn]] void refuse(const std::string& why) const;

  std::unique_ptr<ByteSource> source_;
  std::unordered_map<std::string, size_t, KeyedHash> places_;  // by key; kTaken for those that are
  bool learning_ = false;                                      // every key becomes a column
  bool closed_ = false;                                        // other keys are refused
  std::vector<char> buffer_;
  size_t begin_ = 0, end_ = 0;  // of what was read and is not answered
  size_t looked_ = 0;           // no line ends before here
  size_t next_line_ = 1;
  bool source_ended_ = false;

  std::vector<std::string_view> tokens_;  // the wanted values as they stand; no data() where not met yet
  std::vector<std::string> decoded_;      // strings that held escapes
  size_t decoded_count_ = 0;
  size_t at_ = 0;  // in raw_
};

/// Appends `text` to `out` as a JSON string; bytes that are no UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);

/// Whether `text` is a number in JSON's grammar.
bool is_json_number(std::string_view text);

}  // namespace mdl
