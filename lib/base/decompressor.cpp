#include "base/decompressor.h"

#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

#include "base/error.h"

namespace mdl {
namespace {

constexpr size_t kBlock = 1 << 18;

class Gzip final : public ByteSource {
 public:
  Gzip(std::unique_ptr<ByteSource> compressed, std::string name)
      : compressed_(std::move(compressed)), name_(std::move(name)), input_(kBlock) {
    if (inflateInit2(&stream_, 15 + 16) != Z_OK) throw std::bad_alloc();
  }
  ~Gzip() override { inflateEnd(&stream_); }

  size_t read(char* to, size_t size) override {
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(std::min<size_t>(size, 1 << 30));
    const uInt wanted = stream_.avail_out;
    while (stream_.avail_out == wanted) {
      if (stream_.avail_in == 0) {
        stream_.next_in = reinterpret_cast<Bytef*>(input_.data());
        stream_.avail_in = static_cast<uInt>(compressed_->read(input_.data(), input_.size()));
        if (stream_.avail_in == 0) {
          if (!between_members_) fail("{}: the gzip data ends too early; the file is truncated", name_);
          return 0;
        }
      }
      if (between_members_) {
        inflateReset(&stream_);
        between_members_ = false;
      }
      const int state = inflate(&stream_, Z_NO_FLUSH);
      if (state == Z_STREAM_END) {
        between_members_ = true;
      } else if (state != Z_OK && state != Z_BUF_ERROR) {
        fail("{}: the gzip data is damaged: {}", name_, stream_.msg != nullptr ? stream_.msg : "no reason given");
      }
    }
    return wanted - stream_.avail_out;
  }

  bool would_wait() override { return stream_.avail_in == 0 && compressed_->would_wait(); }
  bool ends_checked() const override { return true; }

 private:
  std::unique_ptr<ByteSource> compressed_;
  std::string name_;
  std::vector<char> input_;
  z_stream stream_{};
  bool between_members_ = false;
};

class Zstd final : public ByteSource {
 public:
  Zstd(std::unique_ptr<ByteSource> compressed, std::string name)
      : compressed_(std::move(compressed)), name_(std::move(name)), input_(kBlock) {
    if (stream_ == nullptr) throw std::bad_alloc();
  }
  ~Zstd() override { ZSTD_freeDStream(stream_); }

  size_t read(char* to, size_t size) override {
    ZSTD_outBuffer out{to, size, 0};
    while (out.pos == 0) {
      if (in_.pos == in_.size && !more_held_back_) {
        in_ = {input_.data(), compressed_->read(input_.data(), input_.size()), 0};
        if (in_.size == 0) {
          if (!between_frames_) fail("{}: the zstd data ends too early; the file is truncated", name_);
          return 0;
        }
      }
      const size_t state = ZSTD_decompressStream(stream_, &out, &in_);
      if (ZSTD_isError(state)) fail("{}: the zstd data is damaged: {}", name_, ZSTD_getErrorName(state));
      between_frames_ = state == 0;
      more_held_back_ = !between_frames_ && out.pos == out.size;
    }
    return out.pos;
  }

  bool would_wait() override { return in_.pos == in_.size && !more_held_back_ && compressed_->would_wait(); }
  bool ends_checked() const override { return true; }

 private:
  std::unique_ptr<ByteSource> compressed_;
  std::string name_;
  std::vector<char> input_;
  ZSTD_DStream* stream_ = ZSTD_createDStream();
  ZSTD_inBuffer in_{nullptr, 0, 0};
  bool between_frames_ = false;
  bool more_held_back_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> decompress_gzip(std::unique_ptr<ByteSource> compressed, const std::string& name) {
  return std::make_unique<Gzip>(std::move(compressed), name);
}

std::unique_ptr<ByteSource> decompress_zstd(std::unique_ptr<ByteSource> compressed, const std::string& name) {
  return std::make_unique<Zstd>(std::move(compressed), name);
}

}  // namespace mdl
