// Keyed hashes of texts. The program's own key is drawn when it starts, so that nobody can choose texts that collide;
// nothing that is written, and no order, may depend on it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mdl {

struct HashKey {
  uint64_t first = 0, second = 0;
};

/// SipHash-1-3 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012).
uint64_t sip_hash(const HashKey& key, std::string_view text);

/// SipHash-2-4 with 128 bits, the bytes in the order of its reference implementation.
using LongHash = std::array<char, 16>;
LongHash long_sip_hash(const HashKey& key, std::string_view text);

/// From the system's random numbers, for which it waits.
HashKey random_hash_key();

/// With this program's key.
uint64_t keyed_hash(std::string_view text);

/// For containers of the standard library.
struct KeyedHash {
  size_t operator()(std::string_view text) const { return keyed_hash(text); }
};

/// The positions of distinct texts, by open addressing: a wide table has thousands of these at a time. The texts are
/// kept by the caller, who gives always the same ones.
class Dictionary {
 public:
  static constexpr int32_t kNone = -1;

  /// kNone where `text` is not among `texts`.
  int32_t find(std::string_view text, const std::vector<std::string>& texts) const;

  /// The position of `text` in `texts`, at whose end it is put where it is new.
  int32_t code(std::string_view text, std::vector<std::string>& texts);

  void clear() { std::vector<int32_t>().swap(slots_); }

 private:
  size_t place_of(std::string_view text, const std::vector<std::string>& texts) const;
  void grow(const std::vector<std::string>& texts);

  std::vector<int32_t> slots_;  // none, or a power of two
};

}  // namespace mdl
