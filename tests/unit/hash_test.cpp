#include "base/hash.h"

#include <fmt/format.h>

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

TEST_CASE("SipHash-2-4 with 128 bits gives what its authors publish") {
  // vectors_sip128 of github.com/veorq/SipHash: key 00 01 ... 0f, texts 00 01 ...
  const auto hash = [](size_t size) {
    std::string text, hex;
    for (size_t i = 0; i < size; ++i) text += static_cast<char>(i);
    for (const char byte : long_sip_hash({0x0706050403020100, 0x0f0e0d0c0b0a0908}, text))
      hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return hex;
  };
  CHECK(hash(0) == "a3817f04ba25a8e66df67214c7550293");
  CHECK(hash(1) == "da87c1d86b99af44347659119b22fc45");
  CHECK(hash(7) == "a1f1ebbed8dbc153c0b84aa61ff08239");
  CHECK(hash(8) == "3b62a9ba6258f5610f83e264f31497b4");
  CHECK(hash(15) == "5493e99933b0a8117e08ec0f97cfc3d9");
  CHECK(hash(63) == "5150d1772f50834a503e069a973fbd7c");
}

TEST_CASE("keys are drawn at random") {
  const HashKey a = random_hash_key(), b = random_hash_key();
  CHECK((a.first != b.first && a.second != b.second));
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
