// Expected hashes: FIPS 180-4's examples, by sha256sum.
#include "crypto/sha256.h"

#include "catch.h"

using namespace mdl;

TEST_CASE("a hash is that of all bytes, however they come in pieces") {
  Sha256 whole, pieces;
  whole.add("abc");
  pieces.add("a");
  pieces.add("");
  pieces.add("bc");
  CHECK(whole.finish() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(pieces.finish() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(Sha256().finish() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
