#include "table/rounding.h"

#include <cmath>
#include <vector>

#include "catch.h"

using namespace mdl;

TEST_CASE("between two numbers stands one of few digits that is none of the others") {
  const std::vector<double> salaries = {83412.57, 84000, 84500, 87900};
  CHECK(number_between(83412.57, 87900, salaries) == 83500);
  CHECK(number_between(84000, 87900, salaries) == 84050);
  CHECK(number_between(2, 4, std::vector<double>{2, 3, 4}) == 2.5);
  CHECK(number_between(-84.31, -80.02, {}) == -83.5);
  CHECK(number_between(0.123456, 0.1234567, {}) == 0.12345605);
  CHECK(number_between(1, std::nextafter(1.0, 2), {}) == std::nullopt);
  CHECK(number_between(-1.7e308, 1.7e308, {}).has_value());
}

TEST_CASE("a bound is rounded outward by a hundredth of the range at most") {
  CHECK(rounded_down(30123.45, 60000) == 30100);
  CHECK(rounded_up(83412.57, 60000) == 83500);
  CHECK(rounded_up(84000, 60000) == 84000);
  CHECK(rounded_down(0, 60000) == 0);
  CHECK(rounded_down(-0.123, 0.5) == -0.123);
  CHECK(rounded_down(-0.12345, 0.5) == -0.124);
  CHECK(rounded_up(1.7e308, 1.7e308) >= 1.7e308);
}
