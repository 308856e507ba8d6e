// Values that are known by a keyed hash each (SipHash-2-4, 128 bits) and not by themselves: what a model made for serving
// holds of the values that stood in its training data. They cannot be read, and two models cannot be joined by them.
// They are no secret against one who has the model: the key lies beside them, and he can try values until one fits.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace mdl {

class HashedValues {
 public:
  static constexpr size_t kWidth = sizeof(LongHash);  // bytes of a hash, and of the key

  /// By a new random key, of values that all differ.
  static HashedValues of(std::span<const std::string> values);

  /// Nothing when two of the values have one hash.
  static std::optional<HashedValues> with_key(const HashKey& key, std::span<const std::string> values);

  /// As bytes() gives it: a multiple of kWidth, at least the key. Nothing when two of the hashes are equal.
  static std::optional<HashedValues> parse(std::span<const uint8_t> bytes);

  /// The key, then the hash of each value.
  std::vector<uint8_t> bytes() const;

  size_t size() const { return hashes_.size(); }

  /// The position of `value`, or -1.
  int32_t find(std::string_view value) const {
    const LongHash hash = long_sip_hash(key_, value);
    return dictionary_.find({hash.data(), hash.size()}, hashes_);
  }

 private:
  explicit HashedValues(const HashKey& key) : key_(key) {}
  bool add(std::string_view hash);

  HashKey key_;
  std::vector<std::string> hashes_;
  Dictionary dictionary_;  // of the hashes, since who writes a model can choose them
};

}  // namespace mdl
