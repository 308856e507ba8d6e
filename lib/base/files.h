// Bytes in and out: files, standard streams, gzip and zstd by their magic; outputs that appear whole or not at all.
#pragma once

#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/byte_filter.h"
#include "base/byte_source.h"
#include "base/replacement.h"

namespace mdl {

/// What files begin with that are no text: packed ones, and those of columns, of which an Arrow stream begins with the
/// marker of its first message.
inline constexpr std::string_view kGzipMagic = "\x1f\x8b", kZstdMagic = "\x28\xb5\x2f\xfd", kParquetMagic = "PAR1",
                                  kArrowFileMagic = "ARROW1", kArrowStreamMagic = "\xff\xff\xff\xff";

/// A source whose first bytes have been looked at; they are given out again before the rest.
class PeekedSource final : public ByteSource {
 public:
  /// Reads as long as the bytes may be one of the `magics`, so that no other stream is waited for beyond its first.
  PeekedSource(std::unique_ptr<ByteSource> rest, std::initializer_list<std::string_view> magics);

  size_t read(char* to, size_t size) override;
  bool would_wait() override { return given_ == start_.size() && rest_->would_wait(); }

  bool starts_with(std::string_view magic) const { return start_.starts_with(magic); }
  bool empty() const { return start_.empty(); }

 private:
  std::unique_ptr<ByteSource> rest_;
  std::string start_;
  size_t given_ = 0;
};

/// Opens a file, or standard input for "-". gzip and zstd are recognised by their first bytes and unpacked. Throws
/// Error when it is a directory, is not there or cannot be read.
std::unique_ptr<ByteSource> open_input(const std::string& path);

/// "standard input" for "-", else the path: the name that messages use.
std::string input_name(const std::string& path);

/// The same with the file's own bytes: nothing is unpacked.
std::unique_ptr<ByteSource> open_plain(const std::string& path);
/// Of a file that is replaced, what its successor keeps: neither setuid nor setgid, whose holders would not know these
/// bytes.
inline constexpr unsigned kPermissions = 0777;

/// Writes all of it. Throws Error calling the file `name`, ClosedPipe and Interrupted.
void write_to_descriptor(int descriptor, std::string_view bytes, const std::string& name);

/// The bytes of a file of at most `limit` bytes; nothing is unpacked.
std::string read_file(const std::string& path, size_t limit);

/// The reader of our output is gone (`| head`). Not an error: main ends quietly with 0.
class ClosedPipe : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A file that replaces `path` whole at commit(), or leaves it as it was (replacement.h); a link is followed. "-" is
/// standard output; it, a device and a FIFO are written directly.
class OutputFile {
 public:
  /// What is written goes through `compressor` where there is one.
  explicit OutputFile(std::string path, std::unique_ptr<ByteFilter> compressor = nullptr);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Throws Error naming the file when the disk is full or the like, ClosedPipe when nobody reads the pipe any more.
  void write(std::string_view bytes);
  void commit();

 private:
  void write_plain(std::string_view bytes);
  std::string path_;
  std::unique_ptr<ByteFilter> compressor_;
  std::unique_ptr<Replacement> replacement_;  // none: written directly,
  int descriptor_ = -1;                       // to this
  std::string buffer_;
};

/// OutputFile in one call.
void write_file(const std::string& path, std::string_view bytes);

/// Whether a file, a folder or something else is there. Throws Error when a folder on the way may not be looked into,
/// or the like.
bool is_there(const std::string& path);

/// Creates `path` and its parents. Throws Error.
void make_folders(const std::string& path);

}  // namespace mdl
