#include "table/hashed_values.h"

#include <cstring>

namespace mdl {

static_assert(sizeof(HashKey) == HashedValues::kWidth && Dictionary::kNone == -1);

HashedValues HashedValues::of(std::span<const std::string> values) {
  for (;;) {
    if (auto hashed = with_key(random_hash_key(), values)) return *std::move(hashed);
  }
}

std::optional<HashedValues> HashedValues::with_key(const HashKey& key, std::span<const std::string> values) {
  HashedValues hashed(key);
  for (const std::string& value : values) {
    const LongHash hash = long_sip_hash(key, value);
    if (!hashed.add({hash.data(), hash.size()})) return std::nullopt;
  }
  return hashed;
}

std::optional<HashedValues> HashedValues::parse(std::span<const uint8_t> bytes) {
  HashKey key;
  std::memcpy(&key, bytes.data(), kWidth);
  HashedValues hashed(key);
  for (auto rest = bytes.subspan(kWidth); !rest.empty(); rest = rest.subspan(kWidth)) {
    if (!hashed.add({reinterpret_cast<const char*>(rest.data()), kWidth})) return std::nullopt;
  }
  return hashed;
}

std::vector<uint8_t> HashedValues::bytes() const {
  std::vector<uint8_t> bytes(kWidth);
  std::memcpy(bytes.data(), &key_, kWidth);
  for (const std::string& hash : hashes_) bytes.insert(bytes.end(), hash.begin(), hash.end());
  return bytes;
}

bool HashedValues::add(std::string_view hash) {
  const size_t before = hashes_.size();
  return static_cast<size_t>(dictionary_.code(hash, hashes_)) == before;
}

}  // namespace mdl
