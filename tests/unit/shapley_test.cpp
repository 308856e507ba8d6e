#include "metrics/shapley.h"

#include <bit>
#include <cmath>
#include <functional>
#include <numeric>

#include "base/random.h"
#include "catch.h"

using namespace mdl;

namespace {

/// Of at most 64 players; a coalition is a bit for each.
class GameOf final : public Game {
 public:
  explicit GameOf(std::function<double(uint64_t)> worth) : worth_(std::move(worth)) {}

  void set(size_t player, bool in) override {
    const uint64_t bit = uint64_t{1} << player;
    coalition_ = in ? coalition_ | bit : coalition_ & ~bit;
  }
  void ask() override {
    if (told_) worths_.clear();
    told_ = false;
    worths_.push_back(worth_(coalition_));
    ++asked;
    most = std::max(most, worths_.size());
  }
  const std::vector<double>& worths() override {
    told_ = true;
    return worths_;
  }

  size_t asked = 0, most = 0;

 private:
  std::function<double(uint64_t)> worth_;
  uint64_t coalition_ = 0;
  std::vector<double> worths_;
  bool told_ = false;
};

void check_values(const ShapleyValues& found, const std::vector<double>& wanted) {
  REQUIRE(found.values.size() == wanted.size());
  for (size_t i = 0; i < wanted.size(); ++i) CHECK(std::abs(found.values[i] - wanted[i]) < 1e-12);
}

/// Eight players, each coalition of a random worth.
double random_worth(uint64_t coalition) { return Random(3, Purpose::kSample).normal(coalition); }

}  // namespace

TEST_CASE("the values of textbook games are known") {
  // A pair of gloves is worth 1; one player has a left one, two a right one.
  GameOf gloves([](uint64_t who) { return (who & 4) != 0 && (who & 3) != 0 ? 1.0 : 0.0; });
  check_values(exact_shapley(gloves, 3), {1.0 / 6, 1.0 / 6, 2.0 / 3});
  // A runway costs what its longest plane needs (Littlechild and Owen 1973).
  GameOf airport([](uint64_t who) {
    constexpr double kCosts[] = {0, 8, 11, 13, 18};
    return kCosts[std::bit_width(who)];
  });
  check_values(exact_shapley(airport, 4), {2, 3, 4, 9});
  // The United Nations Security Council: all five permanent members, and nine votes (Shapley and Shubik 1954).
  GameOf council([](uint64_t who) { return (who & 31) == 31 && std::popcount(who) >= 9 ? 1.0 : 0.0; });
  std::vector<double> power(15, 4.0 / 2145);
  std::fill_n(power.begin(), 5, 421.0 / 2145);
  check_values(exact_shapley(council, 15), power);
}

TEST_CASE("exact values have no error, and sum to the worth of all less that of nobody") {
  GameOf game(random_worth);
  const ShapleyValues exact = exact_shapley(game, 8);
  CHECK(game.asked == 256);
  CHECK(exact.standard_errors == std::vector<double>(8));
  CHECK(exact.empty == random_worth(0));
  CHECK(exact.full == random_worth(255));
  CHECK(std::abs(std::accumulate(exact.values.begin(), exact.values.end(), 0.0) - (exact.full - exact.empty)) < 1e-12);
  GameOf nobody(random_worth);
  CHECK(exact_shapley(nobody, 0).full == random_worth(0));
}

TEST_CASE("sampled values sum likewise, are the same again, and lie around the exact ones as their errors say") {
  GameOf game(random_worth);
  const ShapleyValues exact = exact_shapley(game, 8);
  double squares = 0;
  for (const size_t pairs : {2, 100, 1000}) {
    GameOf some(random_worth), again(random_worth);
    const ShapleyValues sampled = sampled_shapley(some, 8, pairs, 60);
    CHECK(some.asked == 2 + 2 * pairs * 7);
    CHECK(some.most == (pairs == 2 ? 28 : 56));
    CHECK(sampled_shapley(again, 8, pairs, 1).values == sampled.values);
    CHECK(std::abs(std::accumulate(sampled.values.begin(), sampled.values.end(), 0.0) -
                   (sampled.full - sampled.empty)) < 1e-12);
    if (pairs == 2) continue;
    for (size_t i = 0; i < 8; ++i) {
      const double z = (sampled.values[i] - exact.values[i]) / sampled.standard_errors[i];
      squares += z * z;
      CHECK(std::abs(z) < 4);
      CHECK(sampled.standard_errors[i] < 2 / std::sqrt(pairs));
    }
  }
  CHECK(squares > 4);  // chi-squared of about 14 degrees of freedom
  CHECK(squares < 36);
}

TEST_CASE("where each player always brings the same, every order says so") {
  GameOf game([](uint64_t who) { return 1 + std::ldexp(static_cast<double>(who), -3); });
  const ShapleyValues sampled = sampled_shapley(game, 12, 5, 1000);
  for (size_t i = 0; i < 12; ++i) CHECK(sampled.values[i] == std::ldexp(1, static_cast<int>(i) - 3));
  CHECK(sampled.standard_errors == std::vector<double>(12));
}

TEST_CASE("an order and its reverse cancel what two players do to each other") {
  GameOf game([](uint64_t who) { return (who & 3) == 3 ? 8.0 : 0.0; });
  const ShapleyValues sampled = sampled_shapley(game, 20, 2, 1000);
  CHECK(sampled.values[0] == 4);
  CHECK(sampled.values[1] == 4);
  CHECK(sampled.standard_errors == std::vector<double>(20));
}
