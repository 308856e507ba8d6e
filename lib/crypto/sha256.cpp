#include "crypto/sha256.h"

#include <openssl/evp.h>

#include <stdexcept>
#include <vector>

namespace mdl {
namespace {

void expect(int result) {
  if (result != 1) throw std::runtime_error("libcrypto has no SHA-256");
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
  expect(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr));
}

void Sha256::add(std::string_view bytes) { expect(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size())); }

std::string Sha256::finish() {
  unsigned char digest[32];
  expect(EVP_DigestFinal_ex(context_.get(), digest, nullptr));
  constexpr const char* kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * sizeof digest);
  for (const unsigned char byte : digest) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

std::string sha256_of(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.finish();
}

std::string sha256_of(ByteSource& bytes) {
  Sha256 hash;
  std::vector<char> block(1 << 18);
  while (const size_t got = bytes.read(block.data(), block.size())) hash.add({block.data(), got});
  return hash.finish();
}

}  // namespace mdl
