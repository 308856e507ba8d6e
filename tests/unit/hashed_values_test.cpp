#include "table/hashed_values.h"

#include <set>

#include "catch.h"
#include "table/number_index.h"
#include "table/value.h"

using namespace mdl;

namespace {

/// The index for serving answers as `index` does, and does not know the values.
void check_hashed(const std::vector<std::string>& values, const std::vector<std::string>& cells) {
  const ValueIndex index(values), hashed = index.hashed();
  CHECK(hashed.size() == values.size());
  CHECK(hashed.values().empty());
  REQUIRE(hashed.hashes() != nullptr);
  const std::span<const int32_t> further = hashed.further_values();
  const ValueIndex again(hashed.size(), *HashedValues::parse(hashed.hashes()->bytes()),
                         std::vector<int64_t>(further.begin(), further.end()));
  for (const auto& list : {values, cells}) {
    for (const std::string& cell : list) {
      CAPTURE(cell);
      CHECK(hashed.find(cell) == index.find(cell));
      CHECK(again.find(cell) == index.find(cell));
    }
  }
}

}  // namespace

TEST_CASE("a value is found by its hash alone") {
  const std::vector<std::string> values = {"", "a", "a longer text than fits into a word"};
  const HashedValues hashed = HashedValues::of(values);
  CHECK(hashed.size() == 3);
  for (int32_t i = 0; i < 3; ++i) CHECK(hashed.find(values[static_cast<size_t>(i)]) == i);
  CHECK(hashed.find("b") == -1);
  CHECK(HashedValues::of({}).find("") == -1);
}

TEST_CASE("each index of hashed values has a key of its own") {
  const std::vector<std::string> values = {"a", "b", "c"};
  std::set<std::string> pieces;
  for (int i = 0; i < 2; ++i) {
    const std::vector<uint8_t> bytes = HashedValues::of(values).bytes();
    REQUIRE(bytes.size() == 4 * HashedValues::kWidth);
    for (auto at = bytes.begin(); at != bytes.end(); at += HashedValues::kWidth)
      pieces.emplace(at, at + HashedValues::kWidth);
  }
  CHECK(pieces.size() == 8);
}

TEST_CASE("two values of one hash ask for another key") {
  CHECK(HashedValues::with_key({1, 2}, std::vector<std::string>{"a", "b"}));
  CHECK_FALSE(HashedValues::with_key({1, 2}, std::vector<std::string>{"a", "b", "a"}));
  std::vector<uint8_t> bytes = HashedValues::of(std::vector<std::string>{"a", "b"}).bytes();
  CHECK(HashedValues::parse(bytes)->bytes() == bytes);
  std::copy_n(bytes.begin() + HashedValues::kWidth, HashedValues::kWidth, bytes.begin() + 2 * HashedValues::kWidth);
  CHECK_FALSE(HashedValues::parse(bytes));
}

TEST_CASE("hashed values are found by any spelling") {
  check_hashed({"1.0", " b", "K\xC3\xB6ln", "True"},
               {"1", "1.00 ", "b", "Ko\xCC\x88ln", "True\t", "true", "01", "", "\xFF"});
  check_hashed({"False", "TRUE"}, {"true", " fALSE", "t", "false "});
  check_hashed({"True"}, {"true", "false"});
  check_hashed({"TRUE", "True"}, {"true", "True ", "tRUE"});
  check_hashed({"1", "1.0", "x", "x "}, {"1", "1.0", "1.00", "x ", " x"});
}

TEST_CASE("numbers are found by their exact value, hashed or not") {
  const NumberIndex index({-7.25, 0, 0.1, 1e300}), hashed = index.hashed();
  CHECK(hashed.size() == 4);
  CHECK(hashed.numbers().empty());
  REQUIRE(hashed.hashes() != nullptr);
  for (const double number : {-7.25, 0.0, -0.0, 0.1, 0.1 + 1e-17, 0.2, 1e300, double(INFINITY), double(NAN)}) {
    CAPTURE(number);
    CHECK(hashed.find(number) == index.find(number));
  }
  CHECK(index.find(-0.0) == 1);
  CHECK(index.find(0.2) == -1);
  CHECK(index.find(double(NAN)) == -1);
  CHECK(NumberIndex().empty());
}
