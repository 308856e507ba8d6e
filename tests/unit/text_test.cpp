#include "base/text.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/random.h"
#include "catch.h"

using namespace mdl;

TEST_CASE("a number is read whole, with spaces around it and a leading plus") {
  CHECK(parse_number("1") == 1.0);
  CHECK(parse_number(" 1 ") == 1.0);
  CHECK(parse_number("\t-2.5e3 ") == -2500.0);
  CHECK(parse_number("+1") == 1.0);
  CHECK(parse_number("\u22122.5") == -2.5);
  CHECK(parse_number(" \u22121e3") == -1000.0);
  for (const char* text : {"\u2212", "\u2212-1", "\u2212+1", "-\u22121", "\u2212\u22121", "1\u2212"})
    CHECK_FALSE(parse_number(text).has_value());
  CHECK(parse_number("-0") == 0.0);
  CHECK(parse_number(".5") == 0.5);
  CHECK(parse_number("5.") == 5.0);
  CHECK(parse_number("1E5") == 1e5);
  CHECK(parse_number("0.1") == 0.1);
  CHECK(parse_number("123456789012345678901234567890") == 123456789012345678901234567890.0);
}

TEST_CASE("what is not a finite decimal number is not a number") {
  for (const char* text :
       {"",     " ",  "+",     "-",  ".",  "e5",  "+-1",  "-+1",      "++1", "+ 1", "- 1",    "1 2",  "1,5", "1_000",
        "0x10", "1e", "1.2.3", "5%", "$5", "inf", "-inf", "infinity", "nan", "NaN", "nan(1)", "true", "\n1"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_number(text));
  }
}

TEST_CASE("a number too large for a double is none, one too small is zero") {
  CHECK_FALSE(parse_number("1e999"));
  CHECK_FALSE(parse_number("-1e999"));
  CHECK(parse_number("1e-999") == 0.0);
  CHECK(parse_number("1.7976931348623157e308") == 1.7976931348623157e308);
  CHECK(parse_number("5e-324") == 5e-324);
}

TEST_CASE("trimming takes spaces and tabs off both ends") {
  CHECK(trim(" \ta b\t ") == "a b");
  CHECK(trim(" \t") == "");
  CHECK(trim("\na") == "\na");
}

TEST_CASE("quoted text is safe to print") {
  CHECK(quote("abc") == "'abc'");
  CHECK(quote("") == "''");
  CHECK(quote("a\n\r\tb\x1b[31m\x7f") == "'a\\n\\r\\tb\\x1b[31m\\x7f'");
  CHECK(quote("Stra\xC3\x9F"
              "e") ==
        "'Stra\xC3\x9F"
        "e'");
  CHECK(quote("Stra\xDF"
              "e") == "'Stra\\xdfe'");
  CHECK(quote("\xC2\x80\xC2\x9B"
              "31m\xC2\x9F\xC2\xA0") == "'\\xc2\\x80\\xc2\\x9b31m\\xc2\\x9f\xC2\xA0'");
}

TEST_CASE("what a terminal or a page would obey is escaped, and nothing else is") {
  for (uint32_t point = 1; point < 0x3000; ++point) {
    std::string one;
    if (point < 0x80) {
      one = static_cast<char>(point);
    } else if (point < 0x800) {
      one = {static_cast<char>(0xC0 | point >> 6), static_cast<char>(0x80 | (point & 0x3F))};
    } else {
      one = {static_cast<char>(0xE0 | point >> 12), static_cast<char>(0x80 | (point >> 6 & 0x3F)),
             static_cast<char>(0x80 | (point & 0x3F))};
    }
    const bool control = point < 0x20 || (point >= 0x7F && point < 0xA0);
    const bool turns = point == 0x061C || point == 0x200E || point == 0x200F || (point >= 0x2028 && point <= 0x202E) ||
                       (point >= 0x2066 && point <= 0x2069);
    CAPTURE(point);
    REQUIRE((printable(one) == one) == !(control || turns));
    REQUIRE(printable("a" + one + "b").starts_with("a"));
    REQUIRE(printable(printable(one)) == printable(one));
    REQUIRE(quote(one) == "'" + printable(one) + "'");
  }
  CHECK(printable("\xE2\x80\xAE"
                  "gpj.exe\xE2\x81\xA6\xE2\x80\xA8") == "\\u202egpj.exe\\u2066\\u2028");
  CHECK(printable("\xF0\x9F\x99\x82") == "\xF0\x9F\x99\x82");
  CHECK(printable(std::string("\0", 1)) == "\\x00");
}

TEST_CASE("bytes that are not UTF-8 are escaped one by one; line feeds stay where they are ours") {
  CHECK(printable("a\xFF"
                  "b\xC3\xA9\xC3") == "a\\xffb\xC3\xA9\\xc3");
  CHECK(printable("\xED\xA0\x80") == "\\xed\\xa0\\x80");
  CHECK(printable("a\nb") == "a\\nb");
  CHECK(printable_lines("a\r\n\tb\n") == "a\\r\n\\tb\n");
}

TEST_CASE("long text is cut at 60 bytes, between characters") {
  CHECK(quote(std::string(60, 'x')) == "'" + std::string(60, 'x') + "'");
  CHECK(quote(std::string(61, 'x')) == "'" + std::string(60, 'x') + "...'");
  CHECK(quote(std::string(59, 'x') + "\xC3\x9F") == "'" + std::string(59, 'x') + "...'");
}

TEST_CASE("names are joined as in a sentence") {
  CHECK(join_names({}) == "");
  CHECK(join_names({"a"}) == "a");
  CHECK(join_names({"a", "b"}) == "a and b");
  CHECK(join_names({"a", "b", "c"}) == "a, b and c");
  CHECK(join_names({"a", "b", "c", "d"}, 2) == "a, b and 2 more");
}

TEST_CASE("counts are grouped by thousands") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(1234567) == "1,234,567");
  CHECK(grouped(-123) == "-123");
  CHECK(grouped(-123456) == "-123,456");
}

TEST_CASE("a float prints as the shortest decimal that reads back as itself") {
  CHECK(shortest(0.1f) == "0.1");
  CHECK(shortest(0.1) == "0.1");
  CHECK(shortest(1.0) == "1");
  CHECK(shortest(1e-10) == "1e-10");
  CHECK(shortest(1.0 / 3) == "0.3333333333333333");
  CHECK(shortest(1.0f / 3) == "0.33333334");
}

TEST_CASE("UTF-8 is told from what only looks like it") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("a\xC3\xA9\xE6\x97\xA5\xF0\x9F\x98\x80"));
  CHECK(is_utf8("\xF4\x8F\xBF\xBF"));
  CHECK_FALSE(is_utf8("\x80"));
  CHECK_FALSE(is_utf8("\xC3"));
  CHECK_FALSE(is_utf8("\xC3("));
  CHECK_FALSE(is_utf8("\xE6\x97"));
  CHECK_FALSE(is_utf8("\xC0\xAF"));          // overlong
  CHECK_FALSE(is_utf8("\xE0\x80\xAF"));      // overlong
  CHECK_FALSE(is_utf8("\xF0\x80\x80\xAF"));  // overlong
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));      // a surrogate
  CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // beyond U+10FFFF
  CHECK_FALSE(is_utf8("\xFF"));
}

TEST_CASE("short decimals read as the nearest double, as the long way does") {
  for (const std::string text :
       {"0.1", "-0.3", "1234567.89", "999999999999999", "0.000000000000001", "123456789012.345", "-5.", "-.25",
        "00000.5", "8.2027", "9007199254740993", "0.1234567890123456789"}) {
    CAPTURE(text);
    CHECK(parse_number(text) == std::strtod(text.c_str(), nullptr));
  }
  CHECK(std::signbit(*parse_number("-0.0")));
}

TEST_CASE("a float as printed is the number that a reader of its shortest decimal gets") {
  CHECK(as_printed(0.1f) == 0.1);
  CHECK(as_printed(16777216.0f) == 16777216);
  CHECK(as_printed(-0.3333333433f) == -0.33333334);
  const auto check = [](float value) {
    const std::string text = shortest(value);
    double read = 0;
    std::from_chars(text.data(), text.data() + text.size(), read);
    INFO(text);
    REQUIRE(std::bit_cast<uint64_t>(as_printed(value)) == std::bit_cast<uint64_t>(read));
  };
  const Random random(1, Purpose::kSplit);
  for (uint64_t i = 0; i < 20'000; ++i) {
    check(static_cast<float>(random.uniform(i)));
    check(static_cast<float>(std::exp(-60 * random.uniform(i))));
    check(static_cast<float>(random.normal(i) * 1e6));
    check(static_cast<float>(std::floor(random.uniform(i) * 1e4) / 1e3));
    check(std::bit_cast<float>(static_cast<uint32_t>(random.uniform(i) * 0x1p32)));  // of any size
  }
  for (uint32_t exponent = 0; exponent < 255; ++exponent) {
    for (uint32_t place : {0u, 1u, 2u, 0x7FFFFEu, 0x7FFFFFu}) {
      check(std::bit_cast<float>(exponent << 23 | place));
      check(-std::bit_cast<float>(exponent << 23 | place));
    }
  }
  for (float quarter = 0; quarter < 5e6f; quarter += 997.25f) check(quarter);  // as near to two decimals
}
