#include "base/compressor.h"

#include <zlib.h>
#include <zstd.h>

#include <new>

namespace mdl {
namespace {

constexpr size_t kBlock = 1 << 16;

class Gzip final : public ByteFilter {
 public:
  Gzip() {
    if (deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
      throw std::bad_alloc();
  }
  ~Gzip() override { deflateEnd(&stream_); }

  void filter(std::string_view bytes, bool last, std::string& out) override {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_.avail_in = static_cast<uInt>(bytes.size());
    do {
      const size_t before = out.size();
      out.resize(before + kBlock);
      stream_.next_out = reinterpret_cast<Bytef*>(out.data() + before);
      stream_.avail_out = kBlock;
      deflate(&stream_, last ? Z_FINISH : Z_NO_FLUSH);
      out.resize(before + kBlock - stream_.avail_out);
    } while (stream_.avail_out == 0);
  }

 private:
  z_stream stream_{};
};

class Zstd final : public ByteFilter {
 public:
  Zstd() {
    if (stream_ == nullptr) throw std::bad_alloc();
    ZSTD_CCtx_setParameter(stream_, ZSTD_c_checksumFlag, 1);
  }
  ~Zstd() override { ZSTD_freeCStream(stream_); }

  void filter(std::string_view bytes, bool last, std::string& out) override {
    ZSTD_inBuffer in{bytes.data(), bytes.size(), 0};
    for (size_t left = 1; last ? left > 0 : in.pos < in.size;) {
      const size_t before = out.size();
      out.resize(before + kBlock);
      ZSTD_outBuffer to{out.data() + before, kBlock, 0};
      left = ZSTD_compressStream2(stream_, &to, &in, last ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left)) throw std::bad_alloc();
      out.resize(before + to.pos);
    }
  }

 private:
  ZSTD_CStream* stream_ = ZSTD_createCStream();
};

}  // namespace

std::unique_ptr<ByteFilter> compressor_for(const std::string& path) {
  if (path.ends_with(".gz")) return std::make_unique<Gzip>();
  if (path.ends_with(".zst")) return std::make_unique<Zstd>();
  return nullptr;
}

}  // namespace mdl
