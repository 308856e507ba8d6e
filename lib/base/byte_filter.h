// Bytes on their way out, made into others: compressed, encrypted, armored.
#pragma once

#include <string>
#include <string_view>

namespace mdl {

class ByteFilter {
 public:
  virtual ~ByteFilter() = default;

  /// Appends to `out` what is ready of the bytes that come of these and of those before; with `last` all of it.
  virtual void filter(std::string_view bytes, bool last, std::string& out) = 0;
};

}  // namespace mdl
