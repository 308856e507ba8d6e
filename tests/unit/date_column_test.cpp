#include "table/date_column.h"

#include <limits>

#include "catch.h"
#include "table/date.h"

using namespace mdl;

namespace {

DateColumn column_of(DateParts parts, NumberForm::Kind kind = NumberForm::Kind::kDate) {
  return {{.form = {.kind = kind}}, parts};
}

/// Python: d.timetuple().tm_yday - 1, d.weekday(), d.hour.
void check(const char* date, int day_of_year, int weekday, int hour = 0) {
  INFO(date);
  const double days = *parse_date(date);
  CHECK(column_of({.season = true, .weekday = true}).index(days) == day_of_year * 7 + weekday);
  CHECK(column_of({.season = true, .weekday = true, .hour = true}).index(days) ==
        (day_of_year * 7 + weekday) * 24 + hour);
  CHECK(column_of({.season = true, .hour = true}).index(days) == day_of_year * 24 + hour);
  CHECK(column_of({.weekday = true}).index(days) == weekday);
}

std::vector<float> row_of(const ColumnInputs& inputs, size_t index) {
  const auto from = inputs.encoding.begin() + static_cast<ptrdiff_t>(index * inputs.width);
  return {from, from + static_cast<ptrdiff_t>(inputs.width)};
}

}  // namespace

TEST_CASE("the day of the year, of the week and the hour are those of Python's datetime") {
  check("1970-01-01", 0, 3);
  check("1969-12-31", 364, 2);
  check("1968-12-31", 365, 1);
  check("1900-03-01", 59, 3);
  check("2000-02-29", 59, 1);
  check("2000-12-31", 365, 6);
  check("2023-07-14", 194, 4);
  check("2024-02-29T23:59:59", 59, 3, 23);
  check("2024-03-01", 60, 4);
  check("2024-12-31", 365, 1);
  check("0001-01-01", 0, 0);
  check("9999-12-31", 364, 4);
}

TEST_CASE("every full hour of a date is its hour, though a day's fraction is not exact") {
  const DateColumn column = column_of({.hour = true});
  for (const int day : {-700'000, -1, 0, 20'000, 2'900'000}) {
    for (int hour = 0; hour < 24; ++hour) {
      INFO(day << " " << hour);
      CHECK(column.index(day + hour / 24.0) == hour);
      CHECK(column.index(day + (hour + 3599 / 3600.0) / 24.0) == hour);
    }
  }
}

TEST_CASE("a time of day has its hour, and a duration of more than a day none") {
  const DateColumn column = column_of({.hour = true}, NumberForm::Kind::kTime);
  CHECK(column.kind_name() == std::string("time"));
  CHECK(column.index(0) == 0);
  CHECK(column.index(9.5) == 9);
  CHECK(column.index(23.999) == 23);
  CHECK(column.index(24) == 0);
  for (const double hours : {-0.5, 24.01, 1e300, std::numeric_limits<double>::quiet_NaN()})
    CHECK(column.index(hours) == -1);
}

TEST_CASE("a day that no calendar has is as a missing one") {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  for (const double days :
       {std::numeric_limits<double>::quiet_NaN(), kInfinity, -kInfinity, 1e300, -719'529.0, 2'932'897.0})
    CHECK(column_of({.season = true, .weekday = true}).index(days) == -1);
}

TEST_CASE("season, weekday and hour are sines and cosines, 0 where the date is missing") {
  const ColumnInputs inputs = column_of({.season = true, .weekday = true}).inputs();
  REQUIRE(inputs.width == 4);
  REQUIRE(inputs.encoding.size() == (*inputs.indices + 1) * 4);
  CHECK(row_of(inputs, 0) == std::vector<float>{0, 1, 0, 1});
  // Python: math.sin(2 * math.pi * 194 / 365.25), ..., of Friday, 2023-07-14.
  const std::vector<float> friday = row_of(inputs, 194 * 7 + 4);
  CHECK(friday[0] == Approx(-0.19443122));
  CHECK(friday[1] == Approx(-0.98091615));
  CHECK(friday[2] == Approx(-0.43388374));
  CHECK(friday[3] == Approx(-0.90096887));
  CHECK(row_of(inputs, *inputs.indices) == std::vector<float>{0, 0, 0, 0});
  const ColumnInputs all = column_of({.season = true, .weekday = true, .hour = true}).inputs();
  const std::vector<float> at_six = row_of(all, (194 * 7 + 4) * 24 + 6);
  CHECK(std::vector(at_six.begin(), at_six.begin() + 4) == friday);
  CHECK(at_six[4] == 1);
  CHECK(at_six[5] == Approx(0).margin(1e-6));
}
