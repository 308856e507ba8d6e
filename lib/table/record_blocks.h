// The records of a text in blocks, each of which a thread reads by itself.
#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <string_view>
#include <vector>

#include "base/byte_source.h"
#include "table/records.h"

namespace mdl {

inline constexpr size_t kLongestRecord = 1 << 26;

/// Bytes of a text that begin where a record does and end where one does, or the text.
struct RecordBlock {
  std::vector<char> bytes;     // of which
  size_t size = 0;             // are there
  size_t line = 1;             // of the file, where they begin
  std::exception_ptr problem;  // what reading on behind them threw

  /// What a reader of the text would read: the bytes, then the problem or the end. Not beyond the block.
  std::unique_ptr<ByteSource> source() const;
};

/// What tells the ends of records: a line's end, but for those in quotes, which are opened where a field begins.
struct RecordSyntax {
  char delimiter = ',';
  char quote = '\0';    // '\0': none
  char comment = '\0';  // lines that begin with it hold no quotes; '\0': there are none
};

/// Cuts a text at the ends of records, as far as a reader of it gets: behind a record that the reader refuses, with
/// which the run ends, the cuts mean nothing.
class RecordBlocks {
 public:
  static constexpr size_t kSize = 1 << 18;

  /// `begun`: what has been read of the text already, which begins with a record, on this `line`. Blocks become about
  /// `size` bytes long, or as long as a record.
  RecordBlocks(std::string_view begun, std::unique_ptr<ByteSource> rest, size_t line, const RecordSyntax& syntax,
               size_t size = kSize);

  /// The next block; false at the end. It ends early rather than wait for a slow writer. Of a record that is too long
  /// it has so much that a reader refuses it, and is the last one.
  bool next(RecordBlock& block);

  /// Whether next() would have to wait.
  bool would_wait() { return !ended_ && rest_->would_wait(); }

  /// Whether there is no other block.
  bool ended() const { return ended_; }

 private:
  void find_record_end(std::string_view bytes);

  std::vector<char> begun_;  // of the next block
  std::unique_ptr<ByteSource> rest_;
  size_t line_;
  RecordSyntax syntax_;
  size_t size_;
  bool ended_ = false;

  // Of the block in work.
  size_t looked_ = 0;      // so far
  size_t record_end_ = 0;  // the last one of a record before that
  bool quoted_ = false;    // whether what follows is in quotes
};

/// A reader of text, whose records others like it may read in blocks.
class TextReader : public RecordReader {
 public:
  using RecordReader::RecordReader;

  /// What is left of the text; before the first call of next(), which is not called any more.
  virtual std::unique_ptr<RecordBlocks> blocks(size_t size = RecordBlocks::kSize) = 0;

  /// A reader of blocks of the same table.
  virtual std::unique_ptr<TextReader> block_reader() const = 0;

  /// Goes to the start of a block, which must outlive the reading of it.
  virtual void read(const RecordBlock& block) = 0;
};

}  // namespace mdl
