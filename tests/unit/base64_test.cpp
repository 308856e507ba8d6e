// Expected texts: RFC 4648, section 10.
#include "crypto/base64.h"

#include "catch.h"

using namespace mdl;

TEST_CASE("bytes are written as base64 with and without padding, and read back") {
  const auto [bytes, padded,
              unpadded] = GENERATE(table<std::string, std::string, std::string>({{"", "", ""},
                                                                                 {"f", "Zg==", "Zg"},
                                                                                 {"fo", "Zm8=", "Zm8"},
                                                                                 {"foo", "Zm9v", "Zm9v"},
                                                                                 {"foob", "Zm9vYg==", "Zm9vYg"},
                                                                                 {"fooba", "Zm9vYmE=", "Zm9vYmE"},
                                                                                 {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
                                                                                 {"\xfb\xff\xfe", "+//+", "+//+"}}));
  CHECK(encode_base64(bytes, Base64::kPadded) == padded);
  CHECK(encode_base64(bytes, Base64::kUnpadded) == unpadded);
  CHECK(decode_base64(padded, Base64::kPadded) == bytes);
  CHECK(decode_base64(unpadded, Base64::kUnpadded) == bytes);
}

TEST_CASE("base64 that is not written as we write it is refused") {
  CHECK_FALSE(decode_base64(GENERATE("Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "Z", "=",
                                     "==", "====", "Z===", "Zg==Zg==", "Zm 8", "Zm8=\n", "Zm-_", "Zm\xc3\xa4", "Zm=v"),
                            Base64::kPadded));
  CHECK_FALSE(decode_base64(GENERATE("Zg==", "Zm8=", "Zh", "Zm9", "Z", "Zm9vZ", "Z\ng", "="), Base64::kUnpadded));
}
