// gzip and zstd, the other way round.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace mdl {

class Compressor {
 public:
  virtual ~Compressor() = default;

  /// Appends to `out` what is ready of the packed bytes; with `last` all of it.
  virtual void compress(std::string_view bytes, bool last, std::string& out) = 0;
};

/// By the end of a file's name, .gz or .zst; null for others, which are not packed.
std::unique_ptr<Compressor> compressor_for(const std::string& path);

}  // namespace mdl
