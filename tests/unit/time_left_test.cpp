#include "train/time_left.h"

#include "catch.h"

using namespace mdl;

TEST_CASE("an estimate needs some seconds and some steps") {
  TimeLeft slow_start;
  CHECK_FALSE(slow_start.look(30, 0.001));  // most of it loading
  CHECK_FALSE(slow_start.look(31, 0.01));
  for (int i = 1; i <= 4; ++i) CHECK_FALSE(slow_start.look(31 + 0.1 * i, 0.01 + 0.001 * i));
  TimeLeft few_steps;
  CHECK_FALSE(few_steps.look(1, 0.1));
  CHECK_FALSE(few_steps.look(100, 0.1));
  CHECK_FALSE(few_steps.look(200, 0.2));
}

TEST_CASE("the start is not part of the speed") {
  TimeLeft left;
  left.look(30, 0.01);
  std::optional<double> found;
  for (int i = 1; i <= 10; ++i) found = left.look(30 + i, 0.01 + 0.01 * i);  // a hundredth a second
  REQUIRE(found);
  CHECK(*found == Approx(89));
}

TEST_CASE("the estimate comes down smoothly to nothing") {
  TimeLeft left;
  double last = 1e9;
  for (int i = 1; i <= 200; ++i) {
    const double wobble = i % 2 == 0 ? 0.2 : 0;
    const auto found = left.look(5 + 0.5 * i + wobble, i / 200.0);
    if (!found) continue;
    CHECK(*found == Approx(100 - 0.5 * i).margin(3 + 0.1 * (200 - i)));
    last = *found;
  }
  CHECK(last == 0);
}
