#include "crypto/signing_key.h"

#include <functional>

#include "base/error.h"
#include "catch.h"
#include "crypto/sha256.h"

using namespace mdl;

namespace {

std::string error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

std::string error_of_private(std::string_view pem) {
  return error_of([&] { SigningKey(pem, "k.pem"); });
}
std::string error_of_public(std::string_view pem) {
  return error_of([&] { PublicKey(pem, "k.pem"); });
}

// By openssl genpkey, of which nothing else is signed.
constexpr std::string_view kP384 = R"(-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEDS11nmV9bbpGvJN8AwWgK8yFlJfqB+2m
KCrBM3ifMaButVDL58yxnChsw2LSsOCby78/9ECsCdz94XdzTTh45y51vHFhLM/o
5SCakNwIKEX9ibI9BYEgtilhsK1ZXF3H
-----END PUBLIC KEY-----
)";
constexpr std::string_view kP384Signature =
    "3065023015c8cbf9a0052834d2ac1a8ef2c9c08861ec92594373a5394bd28e7435905216f4e1868f3bcc2343358b66dd3fd6ec91023100fd75"
    "3d8f1046925077391ed9dba6a5723d2f6ef28f10e80958a654b5ccff7568acca081c301f1dc79926731e9b069c5f";  // of "hello\n", by openssl dgst -sha384
constexpr std::string_view kRsa = R"(-----BEGIN PUBLIC KEY-----
MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDYYaKaWhcOkhlsZsAjuCKFCtbW
BtPfXJr2MKUKJxFSBXQ6TCHnLGeEfTSBLG6fLJQMZSLz4ZnEw+ZIx3XsYa1T3K1g
j+Tl7QuJk6aRLARKBIMJkPz7i4GcXjz0kzKCQsdwJbk7FSuBjV3Y5cD5zS2spBgb
YgGnYN26TJSCCDOYKQIDAQAB
-----END PUBLIC KEY-----
)";
constexpr std::string_view kSpelledOut = R"(-----BEGIN PUBLIC KEY-----
MIIBSzCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAA
AAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAAAAAA////
///////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSd
NgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5
RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA
//////////+85vqtpxeehPO5ysL8YyVRAgEBA0IABNqA+6KhGI1VLrNuahDeodf8
lW6fS59Ha7wBx+eisfj3wkH5PFZUh9vsOeOxUQnkpxFdgKLqcsk7WHDpUiVm51E=
-----END PUBLIC KEY-----
)";
constexpr std::string_view kEncrypted = R"(-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAia9N1Hj0hIDAICA+gw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEFKFLdi1Bbtk/wJmmWAKdfAEgZAp
i2tpSp4PFolzCi4VnbQqiwwrDOwbUXAuNavkt0eeqPvwFXtS5MZgfEZdZuVqh3z6
fgGujRrGLXSie5z6XQkGJ4oq/ZrXV/Osx+xCLqAc7ZsLVa7j3ffh1P3G5UMHXyf1
QnfFAinRXVLVEbSKLT/Rt7zLJjVa6lMNosedt1ojy4yznQuwGucifK0nUGLqg34=
-----END ENCRYPTED PRIVATE KEY-----
)";  // the passphrase is "open sesame"
constexpr std::string_view kSec1 = R"(-----BEGIN EC PARAMETERS-----
BggqhkjOPQMBBw==
-----END EC PARAMETERS-----
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIIWh8duu/u4hY7iRnQ1rPtEf20L2LylyN2xUSw3zgs0ioAoGCCqGSM49
AwEHoUQDQgAET4pE4bJ2slcFiWHgMtFkATci4+83NkL53Wfgmr6Jra5sprYPVn1+
7CIIpIv5nypieLwfsXz2cbdwFFTwNqHbdQ==
-----END EC PRIVATE KEY-----
)";

std::string from_hexadecimal(std::string_view digits) {
  std::string bytes;
  for (size_t i = 0; i < digits.size(); i += 2)
    bytes += static_cast<char>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16));
  return bytes;
}

}  // namespace

TEST_CASE("what a key signs its public key verifies, and nothing else") {
  const SigningKey key = SigningKey::generate(), other = SigningKey::generate();
  const SigningKey again(key.pem().view(), "k.pem");
  CHECK(key.pem().view().starts_with("-----BEGIN PRIVATE KEY-----\n"));
  CHECK(key.public_pem() == again.public_pem());
  const PublicKey known(key.public_pem(), "p.pem");
  const std::string signature = again.sign("a model");
  CHECK(known.verifies("a model", signature));
  CHECK_FALSE(known.verifies("a modem", signature));
  CHECK_FALSE(PublicKey(other.public_pem(), "q.pem").verifies("a model", signature));
  for (const size_t length : {size_t{0}, size_t{1}, signature.size() - 1})
    CHECK_FALSE(known.verifies("a model", signature.substr(0, length)));
  CHECK_FALSE(known.verifies("a model", signature + '\0'));
  for (size_t i = 0; i < signature.size(); ++i) {
    std::string changed = signature;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    CHECK_FALSE(known.verifies("a model", changed));
  }
  CHECK(key.sign("") != key.sign(""));
  CHECK(known.verifies("", key.sign("")));
}

TEST_CASE("a public key is known by the SHA-256 of its PEM, however its lines were broken") {
  const std::string pem = SigningKey::generate().public_pem();
  std::string windows;
  for (const char c : pem) windows += c == '\n' ? "\r\n" : std::string(1, c);
  CHECK(PublicKey(pem, "p").fingerprint() == sha256_of(pem));
  CHECK(PublicKey(windows, "p").fingerprint() == sha256_of(pem));
  CHECK(PublicKey(pem, "p").pem() == pem);
}

TEST_CASE("keys on P-384 verify with their own hash") {
  const PublicKey key(kP384, "p.pem");
  CHECK(key.verifies("hello\n", from_hexadecimal(kP384Signature)));
  CHECK_FALSE(key.verifies("hello", from_hexadecimal(kP384Signature)));
}

TEST_CASE("private keys come as PKCS#8, as SEC 1 and encrypted") {
  const AskPassphrase right = [](const std::string& name) {
    CHECK(name == "k.pem");
    return Secret("open sesame");
  };
  CHECK(PublicKey(SigningKey(kSec1, "k.pem").public_pem(), "p").verifies("x", SigningKey(kSec1, "k.pem").sign("x")));
  CHECK(SigningKey(kEncrypted, "k.pem", right).public_pem() == SigningKey(kSec1, "k.pem").public_pem());
  CHECK(error_of([] { SigningKey(kEncrypted, "k.pem", [](const std::string&) { return Secret("wrong"); }); }) ==
        "k.pem: the passphrase is wrong, or the private key is damaged");
  CHECK(error_of_private(kEncrypted) == "k.pem: is encrypted with a passphrase; give it with --passphrase-fd");
}

TEST_CASE("a file that holds another kind of key is told what it holds") {
  const SigningKey key = SigningKey::generate();
  CHECK(error_of_private(key.public_pem()) ==
        "k.pem: holds a public key; signing needs the private one that belongs to it");
  CHECK(error_of_public(key.pem().view()) ==
        "k.pem: holds a private key; the public one that belongs to it is expected, and the private one stays with its "
        "owner");
  const std::string other =
      "k.pem: is a key of another kind; ECDSA on P-256, P-384 or P-521 is expected, as mdl keygen --signing makes it";
  CHECK(error_of_public(kRsa) == other);
  CHECK(error_of_public(kSpelledOut) == other);
  CHECK(error_of_public("-----BEGIN CERTIFICATE-----\n") ==
        "k.pem: is a certificate; a public key is expected (openssl x509 -pubkey -noout prints its own)");
  CHECK(error_of_public("age1xyz\n") ==
        "k.pem: is no public key in PEM; a file is expected that begins with -----BEGIN PUBLIC KEY-----; keys of age "
        "encrypt and do not sign (mdl keygen --signing)");
  CHECK(error_of_public(key.public_pem() + key.public_pem()) ==
        "k.pem: is no public key in PEM; a file is expected that begins with -----BEGIN PUBLIC KEY-----");
  CHECK(error_of_public("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n") ==
        "k.pem: the public key is damaged");
  CHECK(error_of_private("AGE-SECRET-KEY-1XYZ\n") ==
        "k.pem: is no private key in PEM for ECDSA, but one of age, which encrypts and does not sign; mdl keygen "
        "--signing makes one");
  CHECK(error_of_private("") == "k.pem: is no private key in PEM for ECDSA; mdl keygen --signing makes one");
  CHECK(error_of_private("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n") ==
        "k.pem: the private key is damaged");
}

TEST_CASE("a public key that is cut off or changed in a byte is refused, or is another key") {
  const SigningKey key = SigningKey::generate();
  const std::string pem = key.public_pem(), signature = key.sign("x");
  const auto verifies = [&](const std::string& text) {
    try {
      return PublicKey(text, "p").verifies("x", signature);
    } catch (const Error&) {
      return false;
    }
  };
  REQUIRE(verifies(pem));
  for (size_t size = 0; size + 1 < pem.size(); ++size) CHECK_FALSE(verifies(pem.substr(0, size)));
  for (size_t i = 0; i < pem.size(); ++i) {
    std::string changed = pem;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    const bool in_unused_bits = pem[i + 1] == '=' || pem[i] == '\n';
    CHECK((!verifies(changed) || in_unused_bits));
  }
}
