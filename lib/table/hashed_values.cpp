#include "table/hashed_values.h"

#include <bit>
#include <cstring>

namespace mdl {

static_assert(sizeof(HashKey) == HashedValues::kWidth);

HashedValues HashedValues::of(std::span<const std::string> values) {
  for (;;) {
    if (auto hashed = with_key(random_hash_key(), values)) return *std::move(hashed);
  }
}

std::optional<HashedValues> HashedValues::with_key(const HashKey& key, std::span<const std::string> values) {
  std::vector<LongHash> hashes;
  for (const std::string& value : values) hashes.push_back(long_sip_hash(key, value));
  HashedValues hashed(key, std::move(hashes));
  return hashed.index() ? std::optional(std::move(hashed)) : std::nullopt;
}

std::optional<HashedValues> HashedValues::parse(std::span<const uint8_t> bytes) {
  HashKey key;
  std::memcpy(&key, bytes.data(), kWidth);
  std::vector<LongHash> hashes(bytes.size() / kWidth - 1);
  if (!hashes.empty()) std::memcpy(hashes.data(), bytes.data() + kWidth, bytes.size() - kWidth);
  HashedValues hashed(key, std::move(hashes));
  return hashed.index() ? std::optional(std::move(hashed)) : std::nullopt;
}

std::vector<uint8_t> HashedValues::bytes() const {
  std::vector<uint8_t> bytes(kWidth);
  std::memcpy(bytes.data(), &key_, kWidth);
  for (const LongHash& hash : hashes_) bytes.insert(bytes.end(), hash.begin(), hash.end());
  return bytes;
}

bool HashedValues::index() {
  if (hashes_.empty()) return true;
  const size_t size = std::bit_ceil(4 * hashes_.size());
  shift_ = 64 - std::countr_zero(size);
  factors_ = {keyed_hash("first") | 1, keyed_hash("second") | 1};
  slots_.assign(size, -1);
  for (size_t i = 0; i < hashes_.size(); ++i) {
    int32_t& slot = slots_[slot_of(hashes_[i])];
    if (slot >= 0) return false;
    slot = static_cast<int32_t>(i);
  }
  return true;
}

}  // namespace mdl
