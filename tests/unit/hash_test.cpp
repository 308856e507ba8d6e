#include "base/hash.h"

#include "catch.h"

using namespace mdl;

TEST_CASE("SipHash-1-3 gives what Python gives by a key of zeros") {
  CHECK(sip_hash({}, "a") == 4644417185603328019U);
  CHECK(sip_hash({}, "abcdefg") == 7904145750247929094U);
  CHECK(sip_hash({}, "abcdefgh") == 4574395652268504554U);
  CHECK(sip_hash({}, "abcdefghi") == 17913969820989044453U);
  CHECK(sip_hash({}, "the quick brown fox") == 6491753435481021626U);
  CHECK(sip_hash({1, 0}, "a") != sip_hash({}, "a"));
  CHECK(sip_hash({0, 1}, "a") != sip_hash({}, "a"));
}

TEST_CASE("a dictionary numbers texts as they come") {
  Dictionary dictionary;
  std::vector<std::string> texts;
  CHECK(dictionary.find("0", texts) == Dictionary::kNone);
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 1000; ++i) CHECK(dictionary.code(std::to_string(i), texts) == i);
  }
  CHECK(texts.size() == 1000);
  CHECK(dictionary.find("999", texts) == 999);
  CHECK(dictionary.find("1000", texts) == Dictionary::kNone);
}
