#include "crypto/signing_key.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "base/error.h"
#include "crypto/key_file.h"
#include "crypto/sha256.h"

namespace mdl {
namespace {

struct SigningCurve {
  std::string_view name;  // libcrypto's
  const char* hash;
};
constexpr SigningCurve kSigningCurves[] = {{"prime256v1", "SHA256"}, {"secp384r1", "SHA384"}, {"secp521r1", "SHA512"}};

using Bio = std::unique_ptr<BIO, int (*)(BIO*)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)>;

/// What cannot fail with a key that was checked.
void expect(bool done) {
  if (!done) throw std::runtime_error("libcrypto cannot sign");
}

PrivateOrPublicKey owned(EVP_PKEY* key) {
  ERR_clear_error();
  return {key, EVP_PKEY_free};
}

Bio reader_of(std::string_view bytes) {
  return {BIO_new_mem_buf(bytes.data(), static_cast<int>(std::min<size_t>(bytes.size(), INT_MAX))), BIO_free};
}

std::string_view written_to(BIO* out) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(out, &bytes);
  return {bytes, static_cast<size_t>(size)};
}

std::string public_pem_of(EVP_PKEY* key) {
  const Bio out(BIO_new(BIO_s_mem()), BIO_free);
  expect(PEM_write_bio_PUBKEY(out.get(), key) == 1);
  return std::string(written_to(out.get()));
}

Secret private_pem_of(EVP_PKEY* key) {
  const Bio out(BIO_new(BIO_s_secmem()), BIO_free);
  expect(PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return Secret(written_to(out.get()));
}

/// Null where it is no key of a curve that signs models, or spells its curve out, which need not be the one it seems.
const SigningCurve* curve_of(EVP_PKEY* key) {
  char name[64];
  int spelled_out = 0;
  if (EVP_PKEY_is_a(key, "EC") != 1 || EVP_PKEY_get_group_name(key, name, sizeof name, nullptr) != 1 ||
      EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &spelled_out) != 1 ||
      spelled_out != 0)
    return nullptr;
  const auto found = std::ranges::find(kSigningCurves, std::string_view(name), &SigningCurve::name);
  return found == std::end(kSigningCurves) ? nullptr : found;
}

void expect_curve(EVP_PKEY* key, const std::string& name) {
  const bool known = curve_of(key) != nullptr;
  ERR_clear_error();
  if (!known)
    fail("{}: is a key of another kind; ECDSA on P-256, P-384 or P-521 is expected, as mdl keygen --signing makes it",
         name);
}

bool holds(std::string_view pem, std::string_view label) { return pem.find(label) != std::string_view::npos; }

bool holds_private_key(std::string_view pem) {
  return holds(pem, "PRIVATE KEY-----") || holds(pem, "AGE-SECRET-KEY-1");
}

bool holds_age_key(std::string_view text) { return holds(text, "AGE-SECRET-KEY-1") || holds(text, "age1"); }

int give_passphrase(char* to, int size, int /*writing*/, void* passphrase) {
  const auto& secret = *static_cast<const Secret*>(passphrase);
  if (secret.size() > static_cast<size_t>(size)) return -1;
  std::memcpy(to, secret.view().data(), secret.size());
  return static_cast<int>(secret.size());
}

int give_none(char*, int, int, void*) { return -1; }  // else libcrypto would ask on the terminal

PrivateOrPublicKey read_private(std::string_view pem, const Secret* passphrase) {
  const Bio in = reader_of(pem);
  return owned(PEM_read_bio_PrivateKey(in.get(), nullptr, passphrase != nullptr ? give_passphrase : give_none,
                                       const_cast<Secret*>(passphrase)));
}

}  // namespace

PublicKey::PublicKey(std::string_view pem, std::string name) : key_(nullptr, EVP_PKEY_free), name_(std::move(name)) {
  if (holds_private_key(pem))
    fail(
        "{}: holds a private key; the public one that belongs to it is expected, and the private one stays with its "
        "owner",
        name_);
  if (holds(pem, "BEGIN CERTIFICATE"))
    fail("{}: is a certificate; a public key is expected (openssl x509 -pubkey -noout prints its own)", name_);
  if (!pem.starts_with("-----BEGIN PUBLIC KEY-----") || pem.find("-----BEGIN", 1) != std::string_view::npos)
    fail("{}: is no public key in PEM; a file is expected that begins with -----BEGIN PUBLIC KEY-----{}", name_,
         holds_age_key(pem) ? "; keys of age encrypt and do not sign (mdl keygen --signing)" : "");
  const Bio in = reader_of(pem);
  key_ = owned(PEM_read_bio_PUBKEY(in.get(), nullptr, give_none, nullptr));
  if (!key_) fail("{}: the public key is damaged", name_);
  expect_curve(key_.get(), name_);
  pem_ = public_pem_of(key_.get());
  fingerprint_ = sha256_of(pem_);
}

bool PublicKey::verifies(std::string_view message, std::string_view signature) const {
  const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  expect(EVP_DigestVerifyInit_ex(context.get(), nullptr, curve_of(key_.get())->hash, nullptr, nullptr, key_.get(),
                                 nullptr) == 1);
  const int verdict = EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                                       signature.size(), reinterpret_cast<const unsigned char*>(message.data()),
                                       message.size());
  ERR_clear_error();
  return verdict == 1;
}

SigningKey::SigningKey(std::string_view pem, const std::string& name, const AskPassphrase& passphrase) {
  if (holds(pem, "BEGIN PUBLIC KEY"))
    fail("{}: holds a public key; signing needs the private one that belongs to it", name);
  const bool encrypted = holds(pem, "BEGIN ENCRYPTED PRIVATE KEY") || holds(pem, "Proc-Type: 4,ENCRYPTED");
  if (!encrypted && !holds(pem, "BEGIN PRIVATE KEY") && !holds(pem, "BEGIN EC PRIVATE KEY"))
    fail("{}: is no private key in PEM for ECDSA{}; mdl keygen --signing makes one", name,
         holds_age_key(pem) ? ", but one of age, which encrypts and does not sign" : "");
  if (encrypted && !passphrase) fail("{}: is encrypted with a passphrase; give it with --passphrase-fd", name);
  const Secret given = encrypted ? passphrase(name) : Secret();
  const PrivateOrPublicKey key = read_private(pem, encrypted ? &given : nullptr);
  if (!key && encrypted) fail("{}: the passphrase is wrong, or the private key is damaged", name);
  if (!key) fail("{}: the private key is damaged", name);
  expect_curve(key.get(), name);
  pem_ = private_pem_of(key.get());
}

SigningKey SigningKey::generate() {
  const PrivateOrPublicKey key = owned(EVP_EC_gen("P-256"));
  expect(key != nullptr);
  return SigningKey(private_pem_of(key.get()));
}

std::string SigningKey::public_pem() const { return public_pem_of(read_private(pem_.view(), nullptr).get()); }

std::string SigningKey::sign(std::string_view message) const {
  const PrivateOrPublicKey key = read_private(pem_.view(), nullptr);
  const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
  const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  size_t size = 0;
  expect(EVP_DigestSignInit_ex(context.get(), nullptr, curve_of(key.get())->hash, nullptr, nullptr, key.get(),
                               nullptr) == 1 &&
         EVP_DigestSign(context.get(), nullptr, &size, bytes, message.size()) == 1);
  std::string signature(size, '\0');
  expect(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, bytes,
                        message.size()) == 1);
  signature.resize(size);
  return signature;
}

SigningKey read_signing_key(const std::string& path, const AskPassphrase& passphrase) {
  const Secret pem = read_key_file(path);
  return {pem.view(), path, passphrase};
}

}  // namespace mdl
