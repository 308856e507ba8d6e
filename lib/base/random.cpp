#include "base/random.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <utility>

#include "base/clones.h"

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
  return philox(
      {static_cast<uint32_t>(block), static_cast<uint32_t>(block >> 32), stream_, static_cast<uint32_t>(purpose_)},
      {static_cast<uint32_t>(seed_), static_cast<uint32_t>(seed_ >> 32)});
}

MDL_CLONES void Random::fill(uint64_t first, size_t count, uint32_t* words) const {
  // A lane a block, 32 bits in each of 64; two packs at once hide how long a product takes.
  using Pack [[gnu::vector_size(64)]] = uint64_t;
  constexpr size_t kLanes = 8, kPacks = 2;
  constexpr Pack kNumbers = {0, 1, 2, 3, 4, 5, 6, 7}, kLow = Pack{} + 0xFFFFFFFF;
  for (size_t start = 0; start < count; start += kLanes * kPacks) {
    Pack counter[kPacks][4];
    for (size_t p = 0; p < kPacks; ++p) {
      const Pack block = kNumbers + (first + start + p * kLanes);
      counter[p][0] = block & kLow;
      counter[p][1] = block >> 32;
      counter[p][2] = Pack{} + stream_;
      counter[p][3] = Pack{} + static_cast<uint32_t>(purpose_);
    }
    uint32_t key0 = static_cast<uint32_t>(seed_), key1 = static_cast<uint32_t>(seed_ >> 32);
    for (int round = 0; round < 10; ++round) {
      for (Pack* c : counter) {
        const Pack low = (c[0] & kLow) * 0xD2511F53, high = (c[2] & kLow) * 0xCD9E8D57;
        c[0] = (high >> 32) ^ c[1] ^ key0;
        c[1] = high & kLow;
        c[2] = (low >> 32) ^ c[3] ^ key1;
        c[3] = low & kLow;
      }
      key0 += 0x9E3779B9;
      key1 += 0xBB67AE85;
    }
    const size_t wanted = std::min(kLanes * kPacks, count - start);
    for (size_t w = 0; w < 4; ++w) {
      for (size_t b = 0; b < wanted; ++b)
        words[w * count + start + b] = static_cast<uint32_t>(counter[b / kLanes][w][b % kLanes]);
    }
  }
}

uint64_t Random::bits(uint64_t position) const {
  const auto block = words(position / 2);
  const size_t half = position % 2 * 2;
  return uint64_t{block[half + 1]} << 32 | block[half];
}

double Random::normal(uint64_t position) const {
  const auto block = words(position);
  const double u = (static_cast<double>(block[0]) + 0.5) * 0x1.0p-32, v = static_cast<double>(block[1]) * 0x1.0p-32;
  return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
}

uint64_t member_seed(uint64_t seed, uint64_t member) { return seed + member * 0x9E3779B97F4A7C15; }

void shuffle(std::vector<uint32_t>& items, const Random& random) {
  // The 64 bits at position i, from blocks that are made many at a time.
  constexpr size_t kBlocks = 64;
  uint32_t words[4 * kBlocks];
  size_t first = SIZE_MAX;
  for (size_t i = items.size(); i > 1; --i) {
    const size_t block = i / 2;
    if (block < first) {
      first = block - std::min(block, kBlocks - 1);
      random.fill(first, kBlocks, words);
    }
    const size_t half = i % 2 * 2, place = block - first;
    const uint64_t bits = uint64_t{words[(half + 1) * kBlocks + place]} << 32 | words[half * kBlocks + place];
    // The high half of a 64x32-bit product: uniform in [0, i) up to 2^-32.
    const auto j = static_cast<size_t>((static_cast<unsigned __int128>(bits) * i) >> 64);
    std::swap(items[i - 1], items[j]);
  }
}

}  // namespace mdl
