// What is written: bytes on their way through filters to a file that appears whole or not at all.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_filter.h"
#include "base/byte_source.h"
#include "base/replacement.h"

namespace mdl {

/// A file that replaces `path` whole at commit(), or leaves it as it was (replacement.h); a link is followed. "-" is
/// standard output; it, a device, a FIFO and a path that names a descriptor of this process, such as /dev/stdout, are
/// written directly. Where the name ends in .gz or .zst, before an .age, the
/// bytes are compressed; then they are encrypted as the process is told to (protection.h).
class OutputFile {
 public:
  explicit OutputFile(std::string path);
  /// Through these filters and no others, whatever comes of it.
  OutputFile(std::string path, std::vector<std::unique_ptr<ByteFilter>> filters);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Throws Error naming the file when the disk is full or the like, ClosedPipe when nobody reads the pipe any more.
  void write(std::string_view bytes);
  void commit();

 private:
  void filter(size_t from, std::string_view bytes, bool last);
  void store(std::string_view bytes);

  std::string path_;
  bool guarded_ = false;                              // it is in clear, which may not be allowed
  std::vector<std::unique_ptr<ByteFilter>> filters_;  // the first gets what is written
  std::unique_ptr<Replacement> replacement_;          // none: written directly,
  int descriptor_ = -1;                               // to this
  std::string buffer_;
};

/// All of `source` to `path`, through these filters and no others.
void copy(ByteSource& source, std::vector<std::unique_ptr<ByteFilter>> filters, const std::string& path);

/// A file that its owner alone can read, whatever it was before. Throws Error.
void write_private_file(const std::string& path, std::string_view bytes);

/// OutputFile in one call.
void write_file(const std::string& path, std::string_view bytes);

}  // namespace mdl
