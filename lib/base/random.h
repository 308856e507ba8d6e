// The one source of randomness: a function of (seed, purpose, counters) with no state, so that any number can be
// had again at any time, in any order, on any thread. Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random
// numbers: as easy as 1, 2, 3" (SC 2011).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace mdl {

/// What a random number is for; numbers of different purposes are independent.
enum class Purpose : uint32_t {
  kSplit = 1,
  kRowOrder = 2,
  kDropout = 3,
  kInitialWeights = 4,
  kBootstrap = 5,
  kSample = 6,
  kPermutation = 7,
  kColumnOrder = 8,
  kSketch = 9
};

/// One block of Philox4x32-10.
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

/// A stream of random numbers addressed by position. `stream` tells epochs, layers and the like apart.
class Random {
 public:
  Random(uint64_t seed, Purpose purpose, uint32_t stream = 0) : seed_(seed), purpose_(purpose), stream_(stream) {}

  /// Four independent words, the block at position `block`.
  std::array<uint32_t, 4> words(uint64_t block) const;

  /// The words of `count` blocks from `first` on, word w of block b at words[w * count + b]: many at once take less
  /// time.
  void fill(uint64_t first, size_t count, uint32_t* words) const;

  /// 64 random bits at `position`.
  uint64_t bits(uint64_t position) const;

  /// Uniform in [0, 1) with 53 bits.
  double uniform(uint64_t position) const { return static_cast<double>(bits(position) >> 11) * 0x1.0p-53; }

  /// Standard normal (Box and Muller 1958).
  double normal(uint64_t position) const;

 private:
  uint64_t seed_;
  Purpose purpose_;
  uint32_t stream_;
};

/// The seed of one of several networks that are trained side by side; the first one's is `seed`.
uint64_t member_seed(uint64_t seed, uint64_t member);

/// Puts `items` into a random order that depends on `random` alone (Fisher-Yates).
void shuffle(std::vector<uint32_t>& items, const Random& random);

}  // namespace mdl
