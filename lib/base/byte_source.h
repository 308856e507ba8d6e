// Bytes that are read once, front to back.
#pragma once

#include <cstddef>

namespace mdl {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Reads 1 to `size` bytes into `to`, as many as can be had without waiting for more; 0 at the end.
  /// Throws Error with the name of the file when reading or decompressing fails.
  virtual size_t read(char* to, size_t size) = 0;

  /// Whether read() would have to wait for a writer (a pipe or terminal with nothing in it yet).
  virtual bool would_wait() = 0;
};

}  // namespace mdl
