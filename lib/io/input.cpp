#include "io/input.h"

#include <initializer_list>
#include <string_view>
#include <utility>
#include <vector>

#include "base/decompressor.h"
#include "base/error.h"
#include "base/files.h"
#include "crypto/age.h"
#include "io/protection.h"

namespace mdl {

bool is_encrypted(std::string_view start) { return start.starts_with(kAgeMagic) || start.starts_with(kArmorMagic); }

std::unique_ptr<ByteSource> unpack(std::unique_ptr<ByteSource> source, const std::string& name) {
  for (bool encrypted = false, compressed = false;;) {
    auto peeked = std::make_unique<PeekedSource>(
        std::move(source), std::initializer_list<std::string_view>{kAgeMagic, kArmorMagic, kGzipMagic, kZstdMagic});
    if (peeked->starts_with(kAgeMagic) || peeked->starts_with(kArmorMagic)) {
      if (std::exchange(encrypted, true)) fail("{}: is encrypted twice; decrypt it once with mdl decrypt", name);
      note_encrypted_input(name);
      source = decrypt_age(std::move(peeked), name, keys());
    } else if (peeked->starts_with(kGzipMagic) || peeked->starts_with(kZstdMagic)) {
      if (std::exchange(compressed, true)) fail("{}: is compressed twice; decompress it once", name);
      const bool gzip = peeked->starts_with(kGzipMagic);
      source = gzip ? decompress_gzip(std::move(peeked), name) : decompress_zstd(std::move(peeked), name);
    } else {
      return peeked;
    }
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
