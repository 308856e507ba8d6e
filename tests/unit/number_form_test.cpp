#include "table/number_form.h"

#include <fmt/format.h>

#include <cmath>

#include "catch.h"

using namespace mdl;

namespace {

using Kind = NumberForm::Kind;
using Texts = std::vector<std::string>;

std::optional<double> parse(const NumberForm& form, const char* cell) { return parse_cell(cell, form); }

/// What the texts look like and how that is set; "*" in front where it is certain.
std::string look(const Texts& texts, const TextFormat& told = {}) {
  const auto found = likeness_of(texts, told);
  if (!found) return "";
  const std::string cure = found->cure("x");
  return (found->certain ? "*" : "") + found->words + ": " + (cure.starts_with("set ") ? cure.substr(4) : cure);
}

}  // namespace

TEST_CASE("a number is read by its marks") {
  const NumberForm comma{.kind = Kind::kSpelled, .decimal = ','},
      german{.kind = Kind::kSpelled, .decimal = ',', .thousands = "."};
  CHECK(parse(comma, " -12,5 ") == -12.5);
  CHECK(parse(comma, "12") == 12);
  CHECK(parse(comma, "1,5e3") == 1500);
  CHECK(parse(comma, ",5") == 0.5);
  CHECK(parse(german, "1.234.567,8") == 1234567.8);
  CHECK(parse(german, "123456,8") == 123456.8);
  for (const char* cell : {"", "12.5", "1,2,3", "12,5x", "--5", "1 000", "x"}) {
    INFO(cell);
    CHECK_FALSE(parse(comma, cell).has_value());
  }
  for (const char* cell : {"1.23", "1.2345", "1234.567", "1..234", ".123", "1.234.56"}) {
    INFO(cell);
    CHECK_FALSE(parse(german, cell).has_value());
  }
  const NumberForm blanks{.kind = Kind::kSpelled, .thousands = " "};
  CHECK(parse(blanks, "1 234\u00A0567\u202F890.5") == 1234567890.5);
  CHECK(parse({.kind = Kind::kSpelled, .thousands = ","}, "12,34,567") == 1234567);
}

TEST_CASE("a number is read around its unit, which must be there") {
  const NumberForm dollar{.kind = Kind::kSpelled, .unit = "$"}, percent{.kind = Kind::kSpelled, .unit = "%"};
  for (const char* cell : {"-$12.50", "$-12.50", "$ -12.5", "-12.5 $", "\u2212$12.5", "-12.5\u00A0$"}) {
    INFO(cell);
    CHECK(parse(dollar, cell) == -12.5);
  }
  CHECK(parse(percent, "37.0%") == 37);
  CHECK(parse(percent, "+37 %") == 37);
  for (const char* cell : {"12.50", "$$12", "$12$", "€12", "$", "-$-12", "12%"}) {
    INFO(cell);
    CHECK_FALSE(parse(dollar, cell).has_value());
  }
}

TEST_CASE("a unit that all share, a time of day, and a date of one order only are certain") {
  CHECK(look({"€1190.59", "€7"}) == "*numbers with the unit '€': data.types: {x: {numeric: {unit: \"€\"}}}");
  CHECK(look({"-5 %", "6.5%"}) == "*numbers with the unit '%': data.types: {x: {numeric: {unit: \"%\"}}}");
  CHECK(look({"12 kg", "8 kg"}) == "*numbers with the unit 'kg': data.types: {x: {numeric: {unit: kg}}}");
  CHECK(look({"9:30", "17:05"}) == "*times of day: data.types: {x: {numeric: {time: true}}}");
  CHECK(look({"9:30", "17:05:12"}) == "times of day: data.types: {x: {numeric: {time: true}}}");
  CHECK(look({"01/02/2024", "13/02/2024"}) == "*dates: data.types: {x: {numeric: {date: dmy}}}");
  CHECK(look({"5 Jan 2024", "7 Mar 2024"}) == "*dates: data.types: {x: {numeric: {date: dmy}}}");
  CHECK(look({"2024/01/05", "2024/01/06"}) == "*dates: data.types: {x: {numeric: {date: ymd}}}");
}

TEST_CASE("what may be meant in two ways is told with both") {
  CHECK(look({"01/02/2024", "03/02/2024"}) ==
        "dates: data.types: {x: {numeric: {date: dmy}}} or data.types: {x: {numeric: {date: mdy}}}; for all columns, "
        "data.format.dates to dmy or mdy");
  CHECK(look({"1,234", "5,678"}) ==
        "numbers in which a comma parts decimals or thousands: data.types: {x: {numeric: {decimal: \",\"}}} or "
        "data.types: {x: {numeric: {thousands: \",\"}}}; for all columns, data.format.decimal to ',' or "
        "data.format.thousands to ','");
  CHECK(look({"13/02/24", "14/02/24"}) == "dates: data.types: {x: {numeric: {date: dmy}}}");
}

TEST_CASE("marks that can only separate decimals, or only thousands, are certain") {
  CHECK(look({"12,5", "1,234"}) == "*numbers with a decimal comma: data.types: {x: {numeric: {decimal: \",\"}}}");
  CHECK(look({"1,190.59", "66.83"}) ==
        "*numbers with ',' between thousands: data.types: {x: {numeric: {thousands: \",\"}}}");
  CHECK(look({"1,234,567", "8,900"}) ==
        "*numbers with ',' between thousands: data.types: {x: {numeric: {thousands: \",\"}}}");
  CHECK(look({"1.190,59", "66,83"}) ==
        "*numbers with a decimal comma and '.' between thousands: data.types: {x: {numeric: {decimal: \",\", "
        "thousands: \".\"}}}");
  CHECK(look({"$1,190.59", "$66.83"}) ==
        "*numbers with ',' between thousands and the unit '$': data.types: {x: {numeric: {thousands: \",\", unit: "
        "\"$\"}}}");
  CHECK(look({"1 234", "12 345"}) ==
        "*numbers with ' ' between thousands: data.types: {x: {numeric: {thousands: \" \"}}}");
  CHECK(look({"123 456", "654 321"}) ==
        "numbers with ' ' between thousands: data.types: {x: {numeric: {thousands: \" \"}}}");
}

TEST_CASE("what is told of all columns decides what would be meant in two ways, and a contradiction is not read") {
  const Texts comma{"1,234", "5,678"};
  CHECK(look(comma, {.decimal = ','}) == "*numbers with a decimal comma: data.types: {x: {numeric: {decimal: \",\"}}}");
  CHECK(look(comma, {.thousands = ","}) ==
        "*numbers with ',' between thousands: data.types: {x: {numeric: {thousands: \",\"}}}");
  CHECK(
      look({"1.234", "5.678"}, {.decimal = ','}) ==
      "*numbers with a decimal comma and '.' between thousands: data.types: {x: {numeric: {decimal: \",\", thousands: "
      "\".\"}}}");
  CHECK(look({"1.5", "2"}, {.decimal = ','}) == "");
  CHECK(look({"12,5", "2"}, {.decimal = '.'}) == "");
  const Texts dates{"01/02/2024", "03/02/2024"};
  CHECK(look(dates, {.dates = "mdy"}) == "*dates: data.types: {x: {numeric: {date: mdy}}}");
  CHECK(look({"13/02/24", "14/02/24"}, {.dates = "dmy"}) == "*dates: data.types: {x: {numeric: {date: dmy}}}");
  CHECK(look({"13/02/2024", "14/02/2024"}, {.dates = "mdy"}) == "");
}

TEST_CASE("numbers in parentheses are negative beside others, and those of several units are told") {
  CHECK(look({"(5.50)", "7.00"}) == "*numbers, negative in parentheses: data.types: {x: {numeric: {decimal: \".\"}}}");
  CHECK(look({"(5)", "(7)"}) == "numbers, negative in parentheses: data.types: {x: {numeric: {decimal: \".\"}}}");
  CHECK(parse({.kind = Kind::kSpelled, .thousands = ",", .unit = "$"}, "($1,234.50)") == -1234.5);
  CHECK_FALSE(parse({.kind = Kind::kSpelled}, "(-5)").has_value());
  CHECK(look({"$5", "€5"}) == "numbers with different units ('$' and '€'): write them alike in the file");
  CHECK(look({"1.2M", "15k", "3"}) == "numbers with different units (none, 'M' and 'k'): write them alike in the file");
}

TEST_CASE("words for missing values among numbers are the form's, in any case") {
  CHECK(look({"1", "2", "?"}) == "*numbers: data.types: {x: {numeric: {missing: [\"?\"]}}}");
  CHECK(look({"N/A", "12,5", "7,5"}) ==
        "*numbers with a decimal comma: data.types: {x: {numeric: {decimal: \",\", missing: [N/A]}}}");
  CHECK(look({"2024-01-05", "-", "2024-01-06"}) == "*dates: data.types: {x: {numeric: {date: iso, missing: [\"-\"]}}}");
  for (const char* word : {"N/A", "None", "NULL", "#REF!", "Unknown", "--", ".", " n.a. "}) CHECK(means_missing(word));
  for (const char* word : {"x", "no", "0", "nano", "1?"}) CHECK_FALSE(means_missing(word));
  const NumberForm form = likeness_of({"1", "2", "N/A"})->forms[0];
  CHECK(std::isnan(*parse(form, "n/a")));
  CHECK_FALSE(parse(form, "?").has_value());
  Texts many{"$5", "lost"};
  for (int i = 10; i < 40; ++i) many.push_back("$" + std::to_string(i));
  CHECK(look(many) ==
        "numbers with the unit '$': data.types: {x: {numeric: {unit: \"$\"}}} and add lost to data.missing");
}

TEST_CASE("what is like a number and none is not taken for one") {
  CHECK(look({"10.10.20.100", "10.10.20.101"}).substr(0, 1) != "*");
  CHECK(look({"10.101.200.100", "10.101.200.101"}).substr(0, 1) != "*");
  CHECK(look({"g1", "g2", "g3"}).substr(0, 1) != "*");
  CHECK(look({"0,125", "0,250"}) == "*numbers with a decimal comma: data.types: {x: {numeric: {decimal: \",\"}}}");
  CHECK(parse({.kind = Kind::kSpelled}, "12.5-") == -12.5);
  CHECK_FALSE(parse({.kind = Kind::kSpelled}, "-12.5-").has_value());
}

TEST_CASE("the form of nearly all texts is found, and the others named") {
  Texts dates{"31.02.2023", "n/a"}, commas{"lost"}, few{"x", "1", "2"};
  for (int i = 10; i < 40; ++i) {
    dates.push_back(fmt::format("{}.03.20{}", 13 + i % 15, i));
    commas.push_back(fmt::format("{},5", i));
  }
  const auto of_dates = likeness_of_most(dates), of_commas = likeness_of_most(commas);
  REQUIRE(of_dates);
  CHECK(of_dates->forms[0] == NumberForm{.kind = Kind::kDate, .order = "dmy", .missing = {"n/a"}});
  CHECK(of_dates->odd == Texts{"31.02.2023"});
  REQUIRE(of_commas);
  CHECK(of_commas->forms[0] == NumberForm{.kind = Kind::kSpelled, .decimal = ','});
  CHECK(of_commas->odd == Texts{"lost"});
  CHECK_FALSE(likeness_of_most(few));
  commas.erase(commas.begin());
  CHECK_FALSE(likeness_of_most(commas));
}

TEST_CASE("a point that may separate thousands is shown, whatever the unit") {
  CHECK(with_thousands_point({"1.234", "5"}, {}) == "1.234");
  CHECK(with_thousands_point({"1.5", "1.234"}, {}).empty());
  CHECK(with_thousands_point({"7", "5"}, {}).empty());
  CHECK(with_thousands_point({"1.234 €", "n/a"}, {.kind = Kind::kSpelled, .unit = "€", .missing = {"n/a"}}) ==
        "1.234 €");
  CHECK(with_thousands_point({"1.234,5"}, {.kind = Kind::kSpelled, .decimal = ','}).empty());
}

TEST_CASE("digits that begin with a zero are codes") {
  for (const char* code : {"01234", "00", "007", " 012"}) CHECK(has_leading_zero(code));
  for (const char* number : {"0", "0.5", "10", "-01", "0x1", ""}) CHECK_FALSE(has_leading_zero(number));
}

TEST_CASE("names and codes do not look like numbers") {
  for (const Texts& texts : {Texts{"a", "b"},
                             {"4WD", "2WD"},
                             {"A1", "A2", "A3"},
                             {"0", "1", "3+"},
                             {"1-2", "3-4"},
                             {"1.2.3", "1.2.4"},
                             {"12A", "14B"},
                             {"1,2,3", "4,5,6"},
                             {"16:9", "4:3"},
                             {"one"},
                             {"?", "-"},
                             {"1", "2"},
                             {"555 1234", "555 9876"},
                             {"12", "many"}}) {
    INFO(texts[0]);
    CHECK(look(texts) == "");
  }
}
