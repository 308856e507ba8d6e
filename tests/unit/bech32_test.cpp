// Texts: BIP 173's test vectors, of those that hold whole bytes.
#include "crypto/bech32.h"

#include "catch.h"

using namespace mdl;

TEST_CASE("Bech32 is read and written") {
  const std::string text = GENERATE(
      "a12uel5l", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "?1ezyfcl",
      "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
      "split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w");
  const std::optional<Bech32> decoded = decode_bech32(text);
  REQUIRE(decoded);
  CHECK(encode_bech32(decoded->prefix, decoded->bytes.view()).view() == text);
  CHECK(decode_bech32("A12UEL5L")->prefix == "A");
  CHECK(decode_bech32("abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw")->bytes.view() ==
        std::string_view("\x00\x44\x32\x14\xc7\x42\x54\xb6\x35\xcf\x84\x65\x3a\x56\xd7\xc6\x75\xbe\x77\xdf", 20));
}

TEST_CASE("what is not Bech32 is refused") {
  CHECK_FALSE(decode_bech32(
      GENERATE("\x20"
               "1nwldj5",
               "\x7f"
               "1axkwrx",
               "\x80"
               "1eym55h",
               "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "de1lg7wt\xff", "A1G7SGD8", "10a06t8",
               "1qzzfhee", "", "1", "A12uEL5L", "a12uel5m", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqx")));
}
