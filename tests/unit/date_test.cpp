#include "table/date.h"

#include "catch.h"

using namespace mdl;

TEST_CASE("dates are days since 1970") {
  // Python: (datetime.fromisoformat(text) - datetime(1970, 1, 1)) / timedelta(days=1)
  CHECK(parse_date("1970-01-01") == 0);
  CHECK(parse_date("2024-05-31") == 19874);
  CHECK(parse_date("1900-02-28") == -25509);
  CHECK(parse_date("0001-01-01") == -719162);
  CHECK(parse_date(" 2024-05-31 ") == 19874);
  CHECK(parse_date("2024-05-31T09:30") == 19874.395833333332);
  CHECK(parse_date("2024-05-31 09:30:45") == 19874.396354166667);
  CHECK(parse_date("2024-05-31T09:30:45.5Z").value() == Approx(19874.396359953704).epsilon(1e-15));
}

TEST_CASE("what is no date or does not exist is none") {
  for (const char* text : {"", "2024", "2024-05", "2024-5-31", "24-05-31", "2024-13-01", "2024-00-10", "2023-02-29", "2024-05-31x", "2024-05-31T", "2024-05-31T24:00",
                           "2024-05-31T09:60", "2024-05-31T09:30:", "2024-05-31T09:30:60", "2024-05-31T09:30:45.", "2024-05-31T09:30Zx", "2024-05-31+02:00",
                           "31.05.2024", "2024/05/31", "-2024-05-31"}) {
    INFO(text);
    CHECK_FALSE(parse_date(text).has_value());
  }
}

TEST_CASE("days are shown as dates") {
  CHECK(format_date(19874.9) == "2024-05-31");
  CHECK(format_date(-0.25) == "1969-12-31");
  CHECK(format_date(-719528) == "0000-01-01");
  CHECK(format_date(2932896.9) == "9999-12-31");
  // No date has so many days, but a crafted model file may.
  CHECK(format_date(2932897) == "day 2.933e+06");
  CHECK(format_date(-719529) == "day -7.195e+05");
  CHECK(format_date(-1e300) == "day -1e+300");
}
