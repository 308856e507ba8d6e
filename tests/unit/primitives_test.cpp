// Expected bytes: RFC 5869 (HKDF, tests 1 and 3), RFC 7914 (scrypt, N = 2^14), test case 13 of McGrew and Viega's GCM
// (AES-256 of the counters 0 and 1).
#include "crypto/primitives.h"

#include "catch.h"

using namespace mdl;

namespace {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
  return bytes;
}

}  // namespace

TEST_CASE("keys are derived as HKDF and scrypt have it") {
  CHECK(hkdf_sha256(std::string(22, '\x0b'), from_hex("000102030405060708090a0b0c"), from_hex("f0f1f2f3f4f5f6f7f8f9"))
            .view() == from_hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"));
  CHECK(hkdf_sha256(std::string(22, '\x0b'), "", "").view() ==
        from_hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"));
  CHECK(scrypt("pleaseletmein", "SodiumChloride", 14).view() ==
        from_hex("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"));
}

TEST_CASE("both sides of X25519 have the same secret, and a key of low order makes none") {
  const Secret alice = random_secret(32), bob = random_secret(32);
  CHECK_FALSE(x25519(bob, std::string(32, '\0')));
}

TEST_CASE("a sealed text opens with its key, nonce and tag alone") {
  const Secret key = random_secret(32);
  const std::string nonce(12, 'n'), text = "a text";
  std::string sealed, opened(text.size(), '?');
  ChaCha20Poly1305(key, ChaCha20Poly1305::Use::kSeal).seal(nonce, text, sealed);
  ChaCha20Poly1305 cipher(key, ChaCha20Poly1305::Use::kOpen);
  CHECK(cipher.open(nonce, sealed, opened.data()));
  CHECK(opened == text);
  CHECK_FALSE(cipher.open(std::string(12, 'm'), sealed, opened.data()));
  CHECK(opened == std::string(text.size(), '\0'));
  sealed.back() ^= 1;
  CHECK_FALSE(cipher.open(nonce, sealed, opened.data()));
  CHECK_FALSE(ChaCha20Poly1305(random_secret(32), ChaCha20Poly1305::Use::kOpen).open(nonce, sealed, opened.data()));
}

TEST_CASE("a stream of AES in counter mode can be taken at any place") {
  const Secret key(std::string(32, '\0'));
  std::string stream(50'000, '\0');
  aes256_ctr(key, 0, stream, stream.data());
  CHECK(stream.substr(0, 32) == from_hex("dc95c078a2408989ad48a21492842087530f8afbc74536b9a963b4f1c4cb738b"));
  for (const size_t offset : {0, 5, 16, 4103}) {
    std::string part(20'000, '\0');
    aes256_ctr(key, offset, part, part.data());
    CHECK(part == stream.substr(offset, part.size()));
  }
}
