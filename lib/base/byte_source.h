// Bytes that are read once, front to back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace mdl {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Reads 1 to `size` bytes into `to`, as many as can be had without waiting for more; 0 at the end.
  /// Throws Error with the name of the file when reading or decompressing fails.
  virtual size_t read(char* to, size_t size) = 0;

  /// Whether read() would have to wait for a writer (a pipe or terminal with nothing in it yet).
  virtual bool would_wait() = 0;

  /// Bytes that are left, at most: so much room is enough for all of them.
  virtual size_t size_hint() const { return SIZE_MAX; }

  /// Whether what comes last decides about all that came before (a checksum, a signature): a reader that has all it
  /// needs reads on to the end.
  virtual bool ends_checked() const { return false; }
};

/// A source whose first bytes have been looked at; they are given out again before the rest.
class PeekedSource final : public ByteSource {
 public:
  /// Reads as long as the bytes may be one of the `magics`, so that no other stream is waited for beyond its first.
  PeekedSource(std::unique_ptr<ByteSource> rest, std::initializer_list<std::string_view> magics);

  size_t read(char* to, size_t size) override;
  bool would_wait() override { return given_ == start_.size() && rest_->would_wait(); }
  bool ends_checked() const override { return rest_->ends_checked(); }

  bool starts_with(std::string_view magic) const { return start_.starts_with(magic); }
  bool empty() const { return start_.empty(); }

 private:
  std::unique_ptr<ByteSource> rest_;
  std::string start_;
  size_t given_ = 0;
};

/// Bytes in memory, which must outlive this.
class HeldBytes final : public ByteSource {
 public:
  explicit HeldBytes(std::string_view bytes) : bytes_(bytes) {}

  size_t read(char* to, size_t size) override;
  bool would_wait() override { return false; }
  size_t size_hint() const override { return bytes_.size(); }

 private:
  std::string_view bytes_;
};

}  // namespace mdl
