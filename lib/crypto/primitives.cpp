#include "crypto/primitives.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

#include "base/error.h"

namespace mdl {
namespace {

// The library goes over a text twice, with the cipher and with the authenticator; of pieces of this size the second time
// finds them in the fastest cache.
constexpr size_t kPiece = 4 << 10;

using PrivateKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

void expect(bool success, const char* what) {
  if (success) return;
  ERR_clear_error();
  throw std::runtime_error(std::string("libcrypto fails at ") + what);
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(char* data) { return reinterpret_cast<unsigned char*>(data); }

OSSL_PARAM octets(const char* name, std::string_view bytes) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(bytes.data()), bytes.size());
}

PrivateKey x25519_private_key(const Secret& key) {
  PrivateKey made(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, key.bytes(), key.size()), EVP_PKEY_free);
  expect(made != nullptr, "X25519");
  return made;
}

}  // namespace

std::string random_bytes(size_t size) {
  std::string bytes(size, '\0');
  expect(RAND_bytes(bytes_of(bytes.data()), static_cast<int>(size)) == 1, "random numbers");
  return bytes;
}

Secret random_secret(size_t size) {
  Secret bytes(size);
  expect(RAND_priv_bytes(bytes.bytes(), static_cast<int>(size)) == 1, "random numbers");
  return bytes;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string code(32, '\0');
  expect(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes), bytes.size(),
              bytes_of(code.data()), nullptr) != nullptr,
         "HMAC");
  return code;
}

Secret hkdf_sha256(std::string_view key, std::string_view salt, std::string_view info) {
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> function(EVP_KDF_fetch(nullptr, "HKDF", nullptr),
                                                                   EVP_KDF_free);
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> context(EVP_KDF_CTX_new(function.get()),
                                                                          EVP_KDF_CTX_free);
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                                   octets(OSSL_KDF_PARAM_KEY, key), octets(OSSL_KDF_PARAM_SALT, salt),
                                   octets(OSSL_KDF_PARAM_INFO, info), OSSL_PARAM_construct_end()};
  Secret derived(size_t{32});
  expect(context && EVP_KDF_derive(context.get(), derived.bytes(), derived.size(), parameters) == 1, "HKDF");
  return derived;
}

Secret scrypt(std::string_view passphrase, std::string_view salt, int work_factor) {
  constexpr uint64_t kBlockSize = 8, kParallel = 1;
  const uint64_t cost = uint64_t{1} << work_factor, memory = 128 * kBlockSize * (cost + kParallel + 2);
  Secret derived(size_t{32});
  if (EVP_PBE_scrypt(passphrase.data(), passphrase.size(), bytes_of(salt), salt.size(), cost, kBlockSize, kParallel,
                     memory, derived.bytes(), derived.size()) != 1) {
    ERR_clear_error();
    fail("a passphrase of work factor {} (scrypt) needs {} MiB of memory, which cannot be had", work_factor,
         (memory >> 20) + 1);
  }
  return derived;
}

X25519Key x25519_public_key(const Secret& private_key) {
  X25519Key key;
  size_t size = key.size();
  expect(EVP_PKEY_get_raw_public_key(x25519_private_key(private_key).get(), bytes_of(key.data()), &size) == 1,
         "X25519");
  return key;
}

std::optional<Secret> x25519(const Secret& private_key, std::string_view public_key) {
  const PrivateKey own = x25519_private_key(private_key);
  const PrivateKey other(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, bytes_of(public_key), public_key.size()),
                         EVP_PKEY_free);
  expect(other != nullptr, "X25519");
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(EVP_PKEY_CTX_new(own.get(), nullptr),
                                                                            EVP_PKEY_CTX_free);
  expect(
      context && EVP_PKEY_derive_init(context.get()) == 1 && EVP_PKEY_derive_set_peer(context.get(), other.get()) == 1,
      "X25519");
  Secret shared(size_t{32});
  size_t size = shared.size();
  if (EVP_PKEY_derive(context.get(), shared.bytes(), &size) == 1) return shared;
  ERR_clear_error();
  return {};
}

void aes256_ctr(const Secret& key, uint64_t offset, std::string_view text, char* to) {
  constexpr uint64_t kCipherBlock = 16;
  const std::unique_ptr<EVP_CIPHER_CTX, void (*)(EVP_CIPHER_CTX*)> context(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free);
  unsigned char counter[kCipherBlock] = {};
  for (size_t i = 0; i < 8; ++i) counter[15 - i] = static_cast<unsigned char>(offset / kCipherBlock >> (8 * i));
  expect(key.size() == 32 && context != nullptr &&
             EVP_EncryptInit_ex(context.get(), EVP_aes_256_ctr(), nullptr, key.bytes(), counter) == 1,
         "AES-256-CTR");
  int size = 0;
  unsigned char before[kCipherBlock] = {};  // what stands before `offset` in its block of the cipher
  if (const auto skipped = static_cast<int>(offset % kCipherBlock); skipped > 0)
    expect(EVP_EncryptUpdate(context.get(), before, &size, before, skipped) == 1, "AES-256-CTR");
  for (size_t i = 0; i < text.size(); i += kPiece) {
    const std::string_view piece = text.substr(i, kPiece);
    expect(
        EVP_EncryptUpdate(context.get(), bytes_of(to + i), &size, bytes_of(piece), static_cast<int>(piece.size())) == 1,
        "AES-256-CTR");
  }
}

ChaCha20Poly1305::ChaCha20Poly1305(const Secret& key, Use use) : context_(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free) {
  expect(key.size() == 32 && context_ != nullptr &&
             EVP_CipherInit_ex(context_.get(), EVP_chacha20_poly1305(), nullptr, key.bytes(), nullptr,
                               use == Use::kSeal ? 1 : 0) == 1,
         "ChaCha20-Poly1305");
}

void ChaCha20Poly1305::pass(std::string_view piece, char* to) {
  int size = 0;
  expect(EVP_CipherUpdate(context_.get(), bytes_of(to), &size, bytes_of(piece), static_cast<int>(piece.size())) == 1,
         "ChaCha20-Poly1305");
}

void ChaCha20Poly1305::seal(std::string_view nonce, std::string_view text, std::string& out) {
  expect(EVP_EncryptInit_ex(context_.get(), nullptr, nullptr, nullptr, bytes_of(nonce)) == 1, "ChaCha20-Poly1305");
  out.reserve(out.size() + text.size() + kTag);
  for (; !text.empty(); text.remove_prefix(std::min(kPiece, text.size()))) {
    const std::string_view piece = text.substr(0, kPiece);
    out.resize(out.size() + piece.size());
    pass(piece, out.data() + out.size() - piece.size());
  }
  out.resize(out.size() + kTag);
  unsigned char* tag = bytes_of(out.data()) + out.size() - kTag;
  int rest = 0;
  expect(EVP_EncryptFinal_ex(context_.get(), tag, &rest) == 1 &&
             EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, kTag, tag) == 1,
         "ChaCha20-Poly1305");
}

bool ChaCha20Poly1305::open(std::string_view nonce, std::string_view sealed, char* to) {
  const std::string_view text = sealed.substr(0, sealed.size() - kTag), tag = sealed.substr(text.size());
  expect(EVP_DecryptInit_ex(context_.get(), nullptr, nullptr, nullptr, bytes_of(nonce)) == 1 &&
             EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, kTag, const_cast<char*>(tag.data())) == 1,
         "ChaCha20-Poly1305");
  for (size_t i = 0; i < text.size(); i += kPiece) pass(text.substr(i, kPiece), to + i);
  unsigned char none[1];
  int rest = 0;
  if (EVP_DecryptFinal_ex(context_.get(), none, &rest) == 1) return true;
  ERR_clear_error();
  OPENSSL_cleanse(to, text.size());
  return false;
}

}  // namespace mdl
