// A source of which lines can be taken before the rest is read as bytes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/byte_source.h"

namespace mdl {

class BufferedSource final : public ByteSource {
 public:
  explicit BufferedSource(std::unique_ptr<ByteSource> rest) : rest_(std::move(rest)) {}

  size_t read(char* to, size_t size) override;
  bool would_wait() override { return held().empty() && rest_->would_wait(); }

  /// The next line with its line feed, which lacks where the input ends or `limit` bytes came without one. Valid until
  /// the next call.
  std::string_view read_line(size_t limit);

  /// The next bytes, at most `size`, fewer only at the end; they are given out again.
  std::string_view peek(size_t size);

  /// Whether a whole line is at hand.
  bool has_line() const { return held().find('\n') != std::string_view::npos; }

 private:
  std::string_view held() const { return std::string_view(buffer_).substr(given_); }
  /// Takes more in; false at the end.
  bool fill();

  std::unique_ptr<ByteSource> rest_;
  std::string buffer_;
  size_t given_ = 0;
  bool ended_ = false;
};

}  // namespace mdl
