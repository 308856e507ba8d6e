#include "base/random.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "catch.h"

using namespace mdl;

// Random123, tests/kat_vectors.
TEST_CASE("philox gives the published answers") {
  using Block = std::array<uint32_t, 4>;
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a random number depends on seed, purpose, stream and position alone") {
  const Random random(7, Purpose::kSplit, 3);
  CHECK(random.bits(5) == Random(7, Purpose::kSplit, 3).bits(5));
  CHECK(random.bits(5) != random.bits(4));
  CHECK(random.bits(5) != Random(8, Purpose::kSplit, 3).bits(5));
  CHECK(random.bits(5) != Random(7 + (1ULL << 32), Purpose::kSplit, 3).bits(5));
  CHECK(random.bits(5) != Random(7, Purpose::kRowOrder, 3).bits(5));
  CHECK(random.bits(5) != Random(7, Purpose::kSplit, 4).bits(5));
}

TEST_CASE("two neighbouring positions share a block of words") {
  const Random random(1, Purpose::kDropout);
  const auto words = random.words(9);
  CHECK(random.bits(18) == (uint64_t{words[1]} << 32 | words[0]));
  CHECK(random.bits(19) == (uint64_t{words[3]} << 32 | words[2]));
}

TEST_CASE("uniform numbers fill [0, 1) evenly") {
  const Random random(0, Purpose::kInitialWeights);
  std::vector<int> counts(100);
  double sum = 0;
  for (uint64_t i = 0; i < 100'000; ++i) {
    const double value = random.uniform(i);
    REQUIRE(value >= 0);
    REQUIRE(value < 1);
    ++counts[static_cast<size_t>(value * 100)];
    sum += value;
  }
  double chi_squared = 0;
  for (const int count : counts) chi_squared += (count - 1000.0) * (count - 1000.0) / 1000.0;
  CHECK(chi_squared < 148.2);  // 99 degrees of freedom, p = 0.001
  CHECK(sum / 100'000 == Approx(0.5).margin(0.003));
}

TEST_CASE("shuffling gives a permutation that depends on the stream alone") {
  std::vector<uint32_t> ordered(1000);
  std::iota(ordered.begin(), ordered.end(), 0);
  auto once = ordered, again = ordered, other = ordered;
  shuffle(once, Random(1, Purpose::kRowOrder, 0));
  shuffle(again, Random(1, Purpose::kRowOrder, 0));
  shuffle(other, Random(1, Purpose::kRowOrder, 1));
  CHECK(once == again);
  CHECK(once != other);
  CHECK(once != ordered);
  std::sort(once.begin(), once.end());
  CHECK(once == ordered);
}

TEST_CASE("every order of three is equally likely") {
  std::vector<int> counts(27);
  for (uint32_t stream = 0; stream < 6000; ++stream) {
    std::vector<uint32_t> items{0, 1, 2};
    shuffle(items, Random(2, Purpose::kRowOrder, stream));
    ++counts[items[0] * 9 + items[1] * 3 + items[2]];
  }
  double chi_squared = 0;
  for (const int count : counts) chi_squared += count == 0 ? 0 : (count - 1000.0) * (count - 1000.0) / 1000.0;
  CHECK(std::count(counts.begin(), counts.end(), 0) == 21);
  CHECK(chi_squared < 20.5);  // 5 degrees of freedom, p = 0.001
}

TEST_CASE("shuffling nothing or one item is nothing") {
  std::vector<uint32_t> none, one{7};
  shuffle(none, Random(1, Purpose::kSplit));
  shuffle(one, Random(1, Purpose::kSplit));
  CHECK(none.empty());
  CHECK(one == std::vector<uint32_t>{7});
}

TEST_CASE("many blocks at once are the same words as one by one") {
  const Random random(uint64_t{5} << 40, Purpose::kDropout, 9);
  for (const size_t count : {0, 1, 15, 16, 17, 50}) {
    const uint64_t first = (uint64_t{1} << 32) - 20;  // across the counter's lower half
    std::vector<uint32_t> words(4 * count + 1, 7);
    random.fill(first, count, words.data());
    for (size_t b = 0; b < count; ++b) {
      const auto block = random.words(first + b);
      for (size_t w = 0; w < 4; ++w) REQUIRE(words[w * count + b] == block[w]);
    }
    CHECK(words.back() == 7);
  }
}

TEST_CASE("normal numbers have the moments of a standard normal") {
  const Random random(3, Purpose::kInitialWeights);
  constexpr int kCount = 100'000;
  double sums[4] = {};
  int beyond = 0;
  for (uint64_t i = 0; i < kCount; ++i) {
    const double value = random.normal(i);
    REQUIRE(std::isfinite(value));
    double power = 1;
    for (double& sum : sums) sum += power *= value;
    beyond += std::abs(value) > 1.959964;
  }
  // Four standard errors: of x, x^2, x^3, x^4 and of a share of 5 %.
  CHECK(sums[0] / kCount == Approx(0).margin(0.0127));
  CHECK(sums[1] / kCount == Approx(1).margin(0.0179));
  CHECK(sums[2] / kCount == Approx(0).margin(0.049));
  CHECK(sums[3] / kCount == Approx(3).margin(0.124));
  CHECK(beyond / double{kCount} == Approx(0.05).margin(0.0028));
  CHECK(random.normal(5) == Random(3, Purpose::kInitialWeights).normal(5));
  CHECK(random.normal(5) != random.normal(6));
}

TEST_CASE("every member has a seed of its own, the first one the run's") {
  std::set<uint64_t> seeds;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    CHECK(member_seed(seed, 0) == seed);
    for (uint64_t member = 0; member < 256; ++member) seeds.insert(member_seed(seed, member));
  }
  CHECK(seeds.size() == 25'600);
}
