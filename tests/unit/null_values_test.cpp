#include "table/null_values.h"

#include "catch.h"

using namespace mdl;

TEST_CASE("a spelling of missing means all cells of the same value") {
  const NullValues missing({"", "NA", " k. \xC3\x84ngabe"});
  for (const char* cell : {"", "  ", "\xC2\xA0", "NA", "NA\t", "k. \xC3\x84ngabe", "k. A\xCC\x88ngabe\xE3\x80\x80"})
    CHECK(missing.contain(cell));
  for (const char* cell : {"na", "N A", "0", "k. Angabe"}) CHECK_FALSE(missing.contain(cell));
}

TEST_CASE("a spelling of missing that is a number means all cells of the same number") {
  const NullValues negative({"-999"});
  for (const char* cell : {"-999", "-999.0", " -999.00 ", "-9.99e2", "-0999", "-99900E-2", "-.999e+3"})
    CHECK(negative.contain(cell));
  for (const char* cell : {"999", "-999.01", "-99", "--999", "-999x", ""}) CHECK_FALSE(negative.contain(cell));
  const NullValues zero({"0.0"});
  for (const char* cell : {"0", "-0", "+0", ".0", "0e5", "00"}) CHECK(zero.contain(cell));
  CHECK_FALSE(zero.contain("1e-300"));
  const NullValues large({"9007199254740993"});
  CHECK(large.contain("9007199254740993.0"));
  CHECK(large.contain("+9007199254740993"));
  CHECK_FALSE(large.contain("9007199254740992"));
}
