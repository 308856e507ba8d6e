// Values that are known by a keyed hash each (SipHash-2-4, 128 bits) and not by themselves: what a model made for serving
// holds of the values that stood in its training data. They cannot be read, and two models cannot be joined by them.
// They are no secret against one who has the model: the key lies beside them, and he can try values until one fits.
#pragma once

#include <array>
#include <bit>
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
    return slots_.empty() ? -1 : slots_[slot_of(long_sip_hash(key_, value))];
  }

 private:
  HashedValues(const HashKey& key, std::vector<LongHash> hashes) : key_(key), hashes_(std::move(hashes)) {}

  /// Fills `slots_`; false when two hashes are equal.
  bool index();

  /// That of the hash, or the free one where it would be. Who writes a model can choose its hashes, but no two that this
  /// program's factors often put into one slot.
  size_t slot_of(const LongHash& hash) const {
    const auto words = std::bit_cast<std::array<uint64_t, 2>>(hash);
    size_t slot = (words[0] * factors_[0] + words[1] * factors_[1]) >> shift_;
    while (slots_[slot] >= 0 && hashes_[static_cast<size_t>(slots_[slot])] != hash)
      slot = (slot + 1) & (slots_.size() - 1);
    return slot;
  }

  HashKey key_;
  std::vector<LongHash> hashes_;
  std::vector<int32_t> slots_;  // 2^(64 - shift_) positions of hashes, or -1; none where there is no hash
  int shift_ = 0;
  std::array<uint64_t, 2> factors_ = {};  // odd, drawn anew by each run of the program
};

}  // namespace mdl
