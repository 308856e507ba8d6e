#include "table/date_column.h"

#include <limits>

#include "catch.h"
#include "table/date.h"

using namespace mdl;

namespace {

/// Python: d.timetuple().tm_yday - 1, d.weekday().
void check(const char* date, int day_of_year, int weekday) {
  INFO(date);
  CHECK(DateColumn::index(*parse_date(date)) == day_of_year * 7 + weekday);
}

}  // namespace

TEST_CASE("the day of the year and of the week are those of Python's datetime") {
  check("1970-01-01", 0, 3);
  check("1969-12-31", 364, 2);
  check("1968-12-31", 365, 1);
  check("1900-03-01", 59, 3);
  check("2000-02-29", 59, 1);
  check("2000-12-31", 365, 6);
  check("2023-07-14", 194, 4);
  check("2024-02-29T23:59:59", 59, 3);
  check("2024-03-01", 60, 4);
  check("2024-12-31", 365, 1);
  check("0001-01-01", 0, 0);
  check("9999-12-31", 364, 4);
}

TEST_CASE("a day that no calendar has is as a missing one") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double days :
       {std::numeric_limits<double>::quiet_NaN(), kInfinity, -kInfinity, 1e300, -719'529.0, 2'932'897.0})
    CHECK(DateColumn::index(days) == -1);
}

TEST_CASE("season and weekday are sines and cosines, 0 where the date is missing") {
  const ColumnInputs inputs = DateColumn{{.form = {.kind = NumberForm::Kind::kDate}}}.inputs();
  REQUIRE(inputs.width == 4);
  REQUIRE(inputs.encoding.size() == (*inputs.indices + 1) * 4);
  const auto row = [&](size_t index) {
    return std::vector<float>(inputs.encoding.begin() + static_cast<ptrdiff_t>(index * 4),
                              inputs.encoding.begin() + static_cast<ptrdiff_t>(index * 4 + 4));
  };
  CHECK(row(0) == std::vector<float>{0, 1, 0, 1});
  // Python: math.sin(2 * math.pi * 194 / 365.25), ..., of Friday, 2023-07-14.
  const std::vector<float> friday = row(194 * 7 + 4);
  CHECK(friday[0] == Approx(-0.19443122));
  CHECK(friday[1] == Approx(-0.98091615));
  CHECK(friday[2] == Approx(-0.43388374));
  CHECK(friday[3] == Approx(-0.90096887));
  CHECK(row(*inputs.indices) == std::vector<float>{0, 0, 0, 0});
}
