#include "table/value.h"

#include "catch.h"

using namespace mdl;
using Texts = std::vector<std::string>;

namespace {

bool same(std::string_view a, std::string_view b) {
  std::string first, second;
  return canonical(a, first) == canonical(b, second);
}

}  // namespace

TEST_CASE("blanks around a text are no part of it") {
  for (const char* text : {" a", "a\t", "\n a \r\n",
                           "\xC2\xA0"
                           "a",
                           "a\xE3\x80\x80",
                           "\xE2\x80\x89"
                           "a\xE2\x80\xAF",
                           "\v\f"
                           "a\xC2\x85"})
    CHECK(same(text, "a"));
  CHECK(same(" \xC2\xA0 ", ""));
  CHECK_FALSE(same("a b", "a  b"));
  CHECK_FALSE(same("a\xE2\x80\x8B", "a"));  // a space without width is none
  CHECK_FALSE(
      same("\xFF"
           "a\xC2\xA0",
           "\xFF"
           "a"));  // no UTF-8: bytes
  CHECK(
      same(" \xFF"
           "a ",
           "\xFF"
           "a"));
}

TEST_CASE("Unicode is composed") {
  CHECK(same("Ko\xCC\x88ln", "K\xC3\xB6ln"));
  CHECK(same("\xE1\x84\x92\xE1\x85\xA1\xE1\x86\xAB", "\xED\x95\x9C"));  // Hangul
  CHECK(same("a\xCC\x81\xCC\xA7", "a\xCC\xA7\xCC\x81"));                // marks in another order
  CHECK(same("\xE2\x84\xAA", "K"));                                     // the Kelvin sign
  CHECK_FALSE(same("\xEF\xAC\x81", "fi"));                              // a ligature is not decomposed
  CHECK_FALSE(same("Ko\xCC\x88ln", "Koln"));
  CHECK_FALSE(
      same("\xFF"
           "o\xCC\x88",
           "\xFF\xC3\xB6"));
}

TEST_CASE("a whole number may have zeros behind a point") {
  CHECK(same("1", "1.0"));
  CHECK(same("1.000", "1"));
  CHECK(same("-12.0", "-12"));
  CHECK(same("-0.0", "0"));
  CHECK(same("-0", "0.00"));
  CHECK(same("123456789012345678901234567890.0", "123456789012345678901234567890"));
  CHECK_FALSE(same("9007199254740992", "9007199254740993"));
  for (const char* text : {"01", "+1", "1.", "1e0", "1,0", "1.0.0", "1.01", "01.0", "--1", "1.0x", "\xD9\xA1"})
    CHECK_FALSE(same(text, "1"));
  CHECK_FALSE(same("0.5", "0.50"));
  CHECK_FALSE(same("1E3", "1000"));
  CHECK_FALSE(same("-", ""));
}

TEST_CASE("values are named by their shortest spelling") {
  CHECK(names_of_values({"b", "a", "1.5"}).empty());
  CHECK(names_of_values({" a", "b "}).empty());
  CHECK(names_of_values({"1.0", "b", "1", "1 "}) == std::vector<size_t>{2, 1, 2, 2});
  CHECK(names_of_values({"a ", " a"}) == std::vector<size_t>{1, 1});
  CHECK(names_of_values({"Ko\xCC\x88ln", "K\xC3\xB6ln"}) == std::vector<size_t>{1, 1});
  CHECK(names_of_values({"true", "False", "True ", "TRUE"}) == std::vector<size_t>{3, 1, 3, 3});
  CHECK(names_of_values({"true", "TRUE", "x"}).empty());
  CHECK(names_of_values({}).empty());
}

TEST_CASE("a value is found by any spelling") {
  const ValueIndex index({"1.0", " b", "K\xC3\xB6ln", "True"});
  CHECK(index.find("1.0") == 0);
  CHECK(index.find("1") == 0);
  CHECK(index.find("1.00 ") == 0);
  CHECK(index.find("b") == 1);
  CHECK(index.find("Ko\xCC\x88ln") == 2);
  CHECK(index.find("True\t") == 3);
  CHECK(index.find("true") == -1);
  CHECK(index.find("01") == -1);
  CHECK(index.find("") == -1);
  CHECK(ValueIndex().find("x") == -1);
}

TEST_CASE("true and false are found in any case where they are all") {
  const ValueIndex index({"False", "TRUE"});
  CHECK(index.find("true") == 1);
  CHECK(index.find(" fALSE") == 0);
  CHECK(index.find("t") == -1);
  CHECK(ValueIndex({"True"}).find("true") == 0);
  CHECK(ValueIndex({"True"}).find("false") == -1);
  CHECK(ValueIndex({"TRUE", "True"}).find("true") == -1);
}

TEST_CASE("values of one spelling, as in models of old, keep theirs") {
  const ValueIndex index({"1", "1.0", "x", "x "});
  CHECK(index.find("1") == 0);
  CHECK(index.find("1.0") == 1);
  CHECK(index.find("1.00") == 0);
  CHECK(index.find("x ") == 3);
  CHECK(index.find(" x") == 2);
}

TEST_CASE("numbers are the same exactly") {
  CHECK(same_number("-99.90", "-9.99e1"));
  CHECK(same_number("0", "-0.0e7"));
  CHECK(same_number("+1E3", "10e2"));
  CHECK(same_number(" 1e+3", "1000.000"));
  CHECK_FALSE(same_number("9007199254740992", "9007199254740993"));
  CHECK_FALSE(same_number("1", "-1"));
  CHECK_FALSE(same_number("10", "1"));
}

TEST_CASE("a spelling is quoted so that it differs from others to the eye") {
  CHECK(quote_spelling("K\xC3\xB6ln") == "'K\xC3\xB6ln'");
  CHECK(quote_spelling("Ko\xCC\x88ln") == "'Ko\\xcc\\x88ln'");
  CHECK(quote_spelling("a\xC2\xA0") == "'a\\xc2\\xa0'");
  CHECK(quote_spelling("a ") == "'a '");
}
