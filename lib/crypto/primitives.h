// The cryptographic functions that formats are built of, on OpenSSL's libcrypto. A failure of the library itself is no
// Error of the user's but a std::runtime_error.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/secret.h"

struct evp_cipher_ctx_st;

namespace mdl {

/// Fresh bytes for what others may see: nonces, salts.
std::string random_bytes(size_t size);
/// Fresh bytes for keys.
Secret random_secret(size_t size);

/// Whether they are equal, in a time that does not tell where they differ.
bool equal_in_constant_time(std::string_view a, std::string_view b);

/// HMAC (RFC 2104) with SHA-256: 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

/// HKDF (RFC 5869) with SHA-256: 32 bytes.
Secret hkdf_sha256(std::string_view key, std::string_view salt, std::string_view info);

/// scrypt (RFC 7914) with N = 2^`work_factor`, r = 8, p = 1: 32 bytes, for 2^`work_factor` KiB of memory. Throws Error
/// when they cannot be had.
Secret scrypt(std::string_view passphrase, std::string_view salt, int work_factor);

/// X25519 (RFC 7748); keys are 32 bytes.
using X25519Key = std::array<char, 32>;
X25519Key x25519_public_key(const Secret& private_key);
/// Nothing where the result would be zeros: of a public key of low order.
std::optional<Secret> x25519(const Secret& private_key, std::string_view public_key);

/// AES-256 in counter mode (NIST SP 800-38A), a key of 32 bytes: writes `text.size()` bytes, those that stand at
/// `offset` of a stream. It both encrypts and decrypts; no two texts may stand at one place of a key's stream. Any
/// thread may.
void aes256_ctr(const Secret& key, uint64_t offset, std::string_view text, char* to);

/// ChaCha20-Poly1305 (RFC 8439) without further data, many texts with one key of 32 bytes. Nonces are 12 bytes.
class ChaCha20Poly1305 {
 public:
  static constexpr size_t kTag = 16;

  enum class Use { kSeal, kOpen };
  ChaCha20Poly1305(const Secret& key, Use use);

  /// Appends text.size() + kTag bytes.
  void seal(std::string_view nonce, std::string_view text, std::string& out);
  /// Writes sealed.size() - kTag bytes, of at least kTag; false, and they are zeros, where the tag is not that of these
  /// bytes.
  bool open(std::string_view nonce, std::string_view sealed, char* to);

 private:
  void pass(std::string_view piece, char* to);

  std::unique_ptr<evp_cipher_ctx_st, void (*)(evp_cipher_ctx_st*)> context_;
};

}  // namespace mdl
