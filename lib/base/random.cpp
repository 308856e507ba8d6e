#include "base/random.h"

#include <cstddef>
#include <utility>

namespace mdl {

std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t first = uint64_t{0xD2511F53} * counter[0];
    const uint64_t second = uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<uint32_t>(second >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(second),
               static_cast<uint32_t>(first >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(first)};
    key = {key[0] + 0x9E3779B9, key[1] + 0xBB67AE85};
  }
  return counter;
}

std::array<uint32_t, 4> Random::words(uint64_t block) const {
  return philox({static_cast<uint32_t>(block), static_cast<uint32_t>(block >> 32), stream_, static_cast<uint32_t>(purpose_)},
                {static_cast<uint32_t>(seed_), static_cast<uint32_t>(seed_ >> 32)});
}

uint64_t Random::bits(uint64_t position) const {
  const auto block = words(position / 2);
  const size_t half = position % 2 * 2;
  return uint64_t{block[half + 1]} << 32 | block[half];
}

void shuffle(std::vector<uint32_t>& items, const Random& random) {
  for (size_t i = items.size(); i > 1; --i) {
    // The high half of a 64x32-bit product: uniform in [0, i) up to 2^-32.
    const auto j = static_cast<size_t>((static_cast<unsigned __int128>(random.bits(i)) * i) >> 64);
    std::swap(items[i - 1], items[j]);
  }
}

}  // namespace mdl
