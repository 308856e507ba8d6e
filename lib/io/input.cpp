#include "io/input.h"

#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "base/decompressor.h"
#include "base/error.h"
#include "base/files.h"

namespace mdl {

std::unique_ptr<ByteSource> unpack(std::unique_ptr<ByteSource> source, const std::string& name) {
  for (bool compressed = false;;) {
    auto peeked = std::make_unique<PeekedSource>(std::move(source),
                                                 std::initializer_list<std::string_view>{kGzipMagic, kZstdMagic});
    const bool gzip = peeked->starts_with(kGzipMagic);
    if (!gzip && !peeked->starts_with(kZstdMagic)) return peeked;
    if (std::exchange(compressed, true)) fail("{}: is compressed twice; decompress it once", name);
    source = gzip ? decompress_gzip(std::move(peeked), name) : decompress_zstd(std::move(peeked), name);
  }
}

std::unique_ptr<ByteSource> open_input(const std::string& path, Sha256* stored) {
  std::unique_ptr<ByteSource> source = open_stored(path);
  if (stored != nullptr) source = std::make_unique<HashedSource>(std::move(source), *stored);
  return unpack(std::move(source), input_name(path));
}

std::string read_all(ByteSource& source, const std::string& name, size_t limit) {
  std::string bytes;
  std::vector<char> block(1 << 18);
  while (const size_t got = source.read(block.data(), block.size())) {
    if (got > limit - bytes.size()) fail("{}: is larger than {} bytes", name, limit);
    bytes.append(block.data(), got);
  }
  return bytes;
}

std::string read_file(const std::string& path, size_t limit) {
  return read_all(*open_input(path), input_name(path), limit);
}

}  // namespace mdl
