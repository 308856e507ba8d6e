// SHA-256 (FIPS 180-4) of bytes that come in pieces.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/byte_source.h"

struct evp_md_ctx_st;

namespace mdl {

class Sha256 {
 public:
  Sha256();

  void add(std::string_view bytes);

  /// Of all that was added, 64 hexadecimal digits; the last call.
  std::string finish();

 private:
  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> context_;
};

/// In hexadecimal, of all of them.
std::string sha256_of(std::string_view bytes);
std::string sha256_of(ByteSource& bytes);

/// Passes bytes on and adds them to a hash, which must outlive this.
class HashedSource final : public ByteSource {
 public:
  HashedSource(std::unique_ptr<ByteSource> source, Sha256& hash) : source_(std::move(source)), hash_(hash) {}

  size_t read(char* to, size_t size) override {
    const size_t count = source_->read(to, size);
    hash_.add({to, count});
    return count;
  }
  bool would_wait() override { return source_->would_wait(); }
  bool ends_checked() const override { return true; }

 private:
  std::unique_ptr<ByteSource> source_;
  Sha256& hash_;
};

}  // namespace mdl
