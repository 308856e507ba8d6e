#include "infer/math.h"

#include <cmath>
#include <numbers>
#include <vector>

#include "torch_test.h"

#include "nn/kernels.h"

using namespace mdl;
using namespace mdl::infer;
using namespace mdl::nn;

TEST_CASE("the fast exponential is within 2e-7 of libm's over its whole range") {
  double worst = 0;
  for (int i = 0; i <= 1'750'000; ++i) {
    const auto x = static_cast<float>(-87 + i * 1e-4);
    const double exact = std::exp(static_cast<double>(x));
    worst = std::max(worst, std::abs(static_cast<double>(fast_exp(x)) - exact) / exact);
  }
  CHECK(worst < 2e-7);
  CHECK(fast_exp(0.0f) == 1);
}

TEST_CASE("outside its range the fast exponential is as at the nearer end") {
  CHECK(fast_exp(-1000.0f) == fast_exp(-87.0f));
  CHECK(fast_exp(1000.0f) == fast_exp(88.0f));
  CHECK(fast_exp(-INFINITY) == fast_exp(-87.0f));
  CHECK(fast_exp(INFINITY) == fast_exp(88.0f));
  CHECK(std::isfinite(fast_exp(88.0f)));
}

TEST_CASE("sine and cosine of turns are within 7e-7 of libm's") {
  const auto worst_around = [](double middle, double step) {
    double worst = 0;
    for (int i = -200'000; i <= 200'000; ++i) {
      const auto t = static_cast<float>(middle + i * step);
      const SinCos<float> fast = sin_cos_turns(t);
      const double angle = 2 * std::numbers::pi * std::remainder(static_cast<double>(t), 1);
      worst = std::max({worst, std::abs(static_cast<double>(fast.sin) - std::sin(angle)),
                        std::abs(static_cast<double>(fast.cos) - std::cos(angle))});
    }
    return worst;
  };
  CHECK(worst_around(0, 1e-5) < 7e-7);
  CHECK(worst_around(0, 5e-3) < 7e-7);
  CHECK(worst_around(4e6, 0.9) < 7e-7);
  CHECK(worst_around(-4e6, 0.9) < 7e-7);
}

TEST_CASE("a dropout mask takes every 16 bits of its blocks once") {
  const Random random(3, Purpose::kDropout);
  std::vector<float> mask(1024);
  kernels::dropout_mask(random, 7, 0.3, 0, mask.data(), 1024);
  // 64 blocks at a time: the low halves of all first words, of all second ones and so on, then the high halves.
  for (size_t i = 0; i < 1024; ++i) {
    const size_t place = i % 512, word = place % 256 / 64, block = i / 512 * 64 + place % 64;
    const uint32_t bits = random.words(7 + block)[word] >> (place < 256 ? 0 : 16) & 0xFFFF;
    REQUIRE((mask[i] == 0) == (bits < 19661));  // 0.3 * 65536, rounded
  }
}

TEST_CASE("a dropout mask holds zeros at the rate and the reciprocal of the rest elsewhere") {
  const Random random(3, Purpose::kDropout);
  std::vector<float> mask(200'003);
  for (const double rate : {0.0, 0.15, 0.5, 0.9}) {
    kernels::dropout_mask(random, 7, rate, 0, mask.data(), static_cast<int64_t>(mask.size()));
    size_t dropped = 0;
    for (const float value : mask) {
      if (value == 0) {
        ++dropped;
      } else {
        REQUIRE(value == Approx(1 / (1 - rate)).epsilon(1e-4));  // the rate is to 2^-16
      }
    }
    CHECK(static_cast<double>(dropped) / 200'003 == Approx(rate).margin(0.005));
  }
}

TEST_CASE("a dropout mask is a function of seed and block, and a shorter one is its beginning") {
  std::vector<float> mask(1300), again(1300), shorter(700);
  std::vector<double> wide(1300);
  kernels::dropout_mask(Random(3, Purpose::kDropout), 7, 0.5, 0, mask.data(), 1300);
  kernels::dropout_mask(Random(3, Purpose::kDropout), 7, 0.5, 0, again.data(), 1300);
  kernels::dropout_mask(Random(3, Purpose::kDropout), 7, 0.5, 0, wide.data(), 1300);
  kernels::dropout_mask(Random(3, Purpose::kDropout), 7, 0.5, 0, shorter.data(), 700);
  CHECK(mask == again);
  CHECK(std::equal(mask.begin(), mask.end(), wide.begin(), wide.end(),
                   [](float a, double b) { return static_cast<double>(a) == b; }));
  CHECK(std::equal(shorter.begin(), shorter.end(), mask.begin()));
  kernels::dropout_mask(Random(3, Purpose::kDropout), 8, 0.5, 0, again.data(), 1300);
  CHECK(mask != again);
  kernels::dropout_mask(Random(4, Purpose::kDropout), 7, 0.5, 0, again.data(), 1300);
  CHECK(mask != again);
}

TEST_CASE("a stretch of a dropout mask is what it is within the whole") {
  const Random random(3, Purpose::kDropout);
  std::vector<float> whole(2000);
  kernels::dropout_mask(random, 7, 0.5, 0, whole.data(), 2000);
  for (const int64_t first : {0, 1, 255, 256, 511, 512, 513, 1000, 1999}) {
    for (const int64_t count : {int64_t{1}, int64_t{300}, int64_t{700}, 2000 - first}) {
      if (first + count > 2000) continue;
      INFO(count << " from " << first << " on");
      std::vector<float> part(static_cast<size_t>(count));
      kernels::dropout_mask(random, 7, 0.5, first, part.data(), count);
      CHECK(std::equal(part.begin(), part.end(), whole.begin() + first));
    }
  }
}
