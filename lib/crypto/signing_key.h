// ECDSA keys (FIPS 186-4) on the curves P-256, P-384 and P-521, as PEM; the hash is SHA-256, SHA-384 and SHA-512.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "crypto/secret.h"

struct evp_pkey_st;

namespace mdl {

using PrivateOrPublicKey = std::unique_ptr<evp_pkey_st, void (*)(evp_pkey_st*)>;  // libcrypto's EVP_PKEY is both

class PublicKey {
 public:
  /// A SubjectPublicKeyInfo in PEM; messages call the file `name`. Throws Error.
  PublicKey(std::string_view pem, std::string name);

  const std::string& name() const { return name_; }
  /// As every writer of PEM writes it.
  const std::string& pem() const { return pem_; }
  /// SHA-256 of pem(), in hexadecimal.
  const std::string& fingerprint() const { return fingerprint_; }

  /// Whether it is a signature (DER) of the message by the private key that belongs to this one.
  bool verifies(std::string_view message, std::string_view signature) const;

 private:
  PrivateOrPublicKey key_;
  std::string name_, pem_, fingerprint_;
};

/// Gives the passphrase of the file of that name.
using AskPassphrase = std::function<Secret(const std::string& name)>;

class SigningKey {
 public:
  /// A private key in PEM: PKCS#8, encrypted where `passphrase` is there, or SEC 1. Throws Error.
  SigningKey(std::string_view pem, const std::string& name, const AskPassphrase& passphrase = {});

  /// A new one on P-256.
  static SigningKey generate();

  /// PKCS#8, not encrypted.
  const Secret& pem() const { return pem_; }
  /// SubjectPublicKeyInfo.
  std::string public_pem() const;

  /// DER. Another one each time: ECDSA draws a number for each signature.
  std::string sign(std::string_view message) const;

 private:
  explicit SigningKey(Secret pem) : pem_(std::move(pem)) {}

  Secret pem_;  // what libcrypto makes of it lives for the time of a call
};

/// Reads the file by read_key_file(). Throws Error.
SigningKey read_signing_key(const std::string& path, const AskPassphrase& passphrase = {});

}  // namespace mdl
