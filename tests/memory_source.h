// Bytes of a test, read as if they were a file's.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include "base/byte_source.h"

namespace mdl {

/// Gives the text out in pieces of at most `chunk` bytes.
class MemorySource final : public ByteSource {
 public:
  MemorySource(std::string text, size_t chunk) : text_(std::move(text)), chunk_(chunk) {}

  size_t read(char* to, size_t size) override {
    const size_t count = std::min({size, chunk_, text_.size() - given_});
    std::memcpy(to, text_.data() + given_, count);
    given_ += count;
    return count;
  }
  bool would_wait() override { return true; }

 private:
  std::string text_;
  size_t chunk_;
  size_t given_ = 0;
};

}  // namespace mdl
