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
  for (const char* text : {"",
                           "2024",
                           "2024-05",
                           "2024-5-31",
                           "24-05-31",
                           "2024-13-01",
                           "2024-00-10",
                           "2023-02-29",
                           "2024-05-31x",
                           "2024-05-31T",
                           "2024-05-31T24:00",
                           "2024-05-31T09:60",
                           "2024-05-31T09:30:",
                           "2024-05-31T09:30:60",
                           "2024-05-31T09:30:45.",
                           "2024-05-31T09:30Zx",
                           "2024-05-31+02:00",
                           "31.05.2024",
                           "2024/05/31",
                           "-2024-05-31"}) {
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

TEST_CASE("an offset gives the days of UTC") {
  const double noon = 19874.5;
  for (const char* text :
       {"2024-05-31 12:00:00+00:00", "2024-05-31T14:00+0200", "2024-05-31 17:30:00+05:30", "2024-05-31 02:00-10",
        "2024-05-31 12:00 UTC", "2024-05-31 13:00:00 +0100", "2024-05-31T12:00:00Z"}) {
    INFO(text);
    CHECK(parse_date(text) == noon);
  }
  for (const char* text : {"2024-05-31 12:00+", "2024-05-31 12:00+1", "2024-05-31 12:00+24:00",
                           "2024-05-31 12:00+01:60", "2024-05-31 12:00 CET"}) {
    INFO(text);
    CHECK_FALSE(parse_date(text).has_value());
  }
}

TEST_CASE("dates in the order of a country, with names of months and times") {
  const auto dmy = [](const char* text) { return parse_date(text, "dmy"); };
  const auto mdy = [](const char* text) { return parse_date(text, "mdy"); };
  for (const char* text : {"31/05/2024", "31.5.2024", "31-05-24", "31 May 2024", "31-may-2024", " 31 May, 2024"}) {
    INFO(text);
    CHECK(dmy(text) == 19874);
    CHECK_FALSE(mdy(text).has_value());
  }
  CHECK(mdy("May 31, 2024") == 19874);
  CHECK(mdy("5/31/2024 9:30 PM") == 19874.895833333332);
  CHECK(mdy("5/31/2024, 12:00 AM") == 19874);
  CHECK(dmy("31/05/2024 21:30:00") == 19874.895833333332);
  CHECK(parse_date("2024/5/31", "ymd") == 19874);
  CHECK(dmy("01/02/69") == -334);
  CHECK(dmy("01/02/68") == 35825);
  for (const char* text : {"31/05/024", "31/05-2024", "31/06/2024", "31//05/2024", "31 Mayor 2024", "31/05",
                           "31/05/2024 25:00", "31/05/2024x"}) {
    INFO(text);
    CHECK_FALSE(dmy(text).has_value());
  }
}

TEST_CASE("times are hours") {
  CHECK(parse_hours("9:30") == 9.5);
  CHECK(parse_hours(" 09:30:36 ") == 9.51);
  CHECK(parse_hours("12:15 AM") == 0.25);
  CHECK(parse_hours("12:15 pm") == 12.25);
  CHECK(parse_hours("100:30") == 100.5);
  for (const char* text : {"9", "9:3", "9:60", "9:30:", "13:00 PM", "9:30 XM", ":30", "-9:30"}) {
    INFO(text);
    CHECK_FALSE(parse_hours(text).has_value());
  }
}
