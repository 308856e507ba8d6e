#include "crypto/age.h"

#include <algorithm>

#include "base/error.h"
#include "catch.h"
#include "memory_source.h"

using namespace mdl;

namespace {

constexpr size_t kChunk = 65536, kSealed = kChunk + 16, kNonce = 16;

const std::string kIdentity = "AGE-SECRET-KEY-1F2L5YMGLJSXY75G3DD5WEWVFTFWYC8W2EFLSPXHKJWH4XQWWL94SWZA47D",
                  kOther = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";

// Written by Debian's age 1.1.1: for the first identity, and for it and an SSH key.
const std::string kText = "age,income\n37,4000\n";
const std::string kOfAge =
    "-----BEGIN AGE ENCRYPTED FILE-----\n"
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBBMmxqSjJxcGN4Y0hBbXZr\n"
    "T3lIeEY5bDhBZkdmN3luVy85OGlJdTVkSW1RCjJ4YlFFb0ozM2Y1Y1k4RUdFTTNT\n"
    "QlFPK0cveDRTN3lHcjZWcUhvWVh6UlkKLS0tIGFQMW5KZEZnZHBaOGpLRVZtYU1D\n"
    "S3NkZE1hQ1U4aVVGTHlYVFc1M2RadTAKpfPDB1yNMIvM7n6l0CpqDFH1MgKzGKnj\n"
    "MJpFxhJZF5t7JWmXWTV94fvNrDE9Rcru8N73\n"
    "-----END AGE ENCRYPTED FILE-----\n";
const std::string kOfAgeForTwo =
    "-----BEGIN AGE ENCRYPTED FILE-----\n"
    "YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBpRVBlUjM4V2p3UElMUldJ\n"
    "ZXd2SEozMloxTnIyeXUzK05ZZUIwRTJ1SVhJCjZoYVJ0KzU5aUlrS01WWEdxbHZj\n"
    "QjhlbEowZGo0bmpPUURyRWtjTzhocWMKLT4gc3NoLWVkMjU1MTkgZjBOWVdBIGZO\n"
    "L2EwMHZHdWhXelVsVWpSc2dwY2hXb0QzSVBFekplNnhmYU5hRFRVRGsKdHF3Qi9N\n"
    "Z0Y2eDZwd1ZjRGwzanBXNHhkSmdXbm8rR0tuL2NkVVQzNVlCbwotLS0gSjdVOTNE\n"
    "VEtmY0hNT1Z2SnkyUEVITklEUTZHdm4xU09xRDF5MUJOazlFdwrxQsIX8BDiy6ij\n"
    "Yrira7PRwyBH7wThxqinYVzhaEI3TpMBd8yCTi5NV3HeKnej46FU+XU=\n"
    "-----END AGE ENCRYPTED FILE-----\n";

AgeKeys keys_of(const std::vector<std::string>& identities) {
  AgeKeys keys;
  for (const std::string& identity : identities) keys.identities.push_back(parse_age_identity(identity, "x"));
  return keys;
}
const AgeKeys kKeys = keys_of({kIdentity});
const AgeRecipient kRecipient = kKeys.identities[0].recipient();

Secret secret(std::string_view text) { return Secret(text); }

AgeKeys passphrase_of(std::string_view text) {
  AgeKeys keys;
  keys.passphrase = [text] { return Secret(text); };
  return keys;
}

std::string filtered(std::unique_ptr<ByteFilter> filter, std::string_view text, size_t piece) {
  std::string out;
  for (; text.size() > piece; text.remove_prefix(piece)) filter->filter(text.substr(0, piece), /*last=*/false, out);
  filter->filter(text, /*last=*/true, out);
  return out;
}

std::string encrypted(std::string_view text, bool armored = false, size_t piece = 1 << 20) {
  return filtered(encrypt_age({kRecipient}, armored), text, piece);
}

std::unique_ptr<ByteSource> source_of(std::string file, size_t piece = 1 << 20) {
  return std::make_unique<MemorySource>(std::move(file), piece);
}

std::string read_all(ByteSource& source, size_t block = 1 << 20) {
  std::string text, bytes(block, '\0');
  while (const size_t got = source.read(bytes.data(), block)) text.append(bytes, 0, got);
  return text;
}

std::string decrypted(const std::string& file, const AgeKeys& keys = kKeys, size_t block = 1 << 20,
                      size_t piece = 1 << 20) {
  return read_all(*decrypt_age(source_of(file, piece), "x", keys), block);
}

/// What was read before it failed, and why it did.
struct Failure {
  std::string text, error;
};
Failure failure_of(const std::string& file, const AgeKeys& keys = kKeys) {
  Failure failure;
  try {
    const auto source = decrypt_age(source_of(file), "x", keys);
    std::string bytes(1000, '\0');
    while (const size_t got = source->read(bytes.data(), bytes.size())) failure.text.append(bytes, 0, got);
  } catch (const Error& error) {
    failure.error = error.what();
  }
  return failure;
}
std::string error_of(const std::string& file, const AgeKeys& keys = kKeys) { return failure_of(file, keys).error; }

std::string long_text(size_t size) {
  std::string text(size, '\0');
  uint32_t state = 1;
  for (char& c : text) c = static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return text;
}

size_t header_size(const std::string& file) { return file.find('\n', file.find("\n--- ") + 1) + 1; }

/// A file taken apart: what stands before its chunks, and these.
struct Pieces {
  explicit Pieces(const std::string& file) : start(file.substr(0, header_size(file) + kNonce)) {
    for (size_t at = start.size(); at < file.size(); at += kSealed) chunks.push_back(file.substr(at, kSealed));
  }
  std::string start;
  std::vector<std::string> chunks;
};

std::string joined(std::string start, const std::vector<std::string>& chunks) {
  for (const std::string& chunk : chunks) start += chunk;
  return start;
}

}  // namespace

TEST_CASE("what is encrypted is decrypted, whatever the sizes of pieces") {
  const size_t size = GENERATE(0, 1, 100, kChunk - 1, kChunk, kChunk + 1, 2 * kChunk - 1, 2 * kChunk, 2 * kChunk + 1,
                               3 * kChunk + 777);
  const std::string text = long_text(size);
  for (const bool armored : {false, true}) {
    for (const size_t piece : {size_t{777}, kChunk, kChunk + 1, size_t{1} << 20}) {
      const std::string file = encrypted(text, armored, piece);
      CHECK(file.starts_with(armored ? kArmorMagic : kAgeMagic));
      CHECK(decrypted(file, kKeys, piece, 999) == text);
      CHECK(decrypted(file, kKeys, 333, piece) == text);
    }
  }
  CHECK(encrypted(text).size() ==
        header_size(encrypted(text)) + kNonce + size + 16 * std::max<size_t>(1, (size + kChunk - 1) / kChunk));
}

TEST_CASE("files of Debian's age are read, with line feeds of DOS and among blanks too") {
  CHECK(decrypted(kOfAge) == kText);
  CHECK(decrypted(kOfAgeForTwo) == kText);
  CHECK(decrypted(kOfAge, keys_of({kOther, kIdentity})) == kText);
  std::string dos = " \n\n";
  for (const char c : kOfAge) c == '\n' ? dos += "\r\n" : dos += c;
  CHECK(decrypted(dos + "\r\n\t") == kText);
  CHECK(decrypted(kOfAge.substr(0, kOfAge.size() - 1)) == kText);
}

TEST_CASE("each of several recipients opens a file, and no other identity does") {
  const AgeKeys other = keys_of({kOther});
  const std::string file = filtered(encrypt_age({kRecipient, other.identities[0].recipient()}, false), "text", 100);
  CHECK(decrypted(file) == "text");
  CHECK(decrypted(file, other) == "text");
  CHECK(error_of(file, {}) ==
        "x: is encrypted for 2 recipients (2 X25519); an identity is needed to open it; give it with "
        "--identity FILE");
  CHECK(error_of(kOfAgeForTwo, other) ==
        "x: is encrypted for 2 recipients (1 X25519 and 1 ssh-ed25519); the identity that is given is not among them");
  CHECK(error_of(kOfAge, keys_of({kOther, kOther})) ==
        "x: is encrypted for 1 recipient (X25519); none of the 2 identities that are given is among them");
  CHECK_THROWS_WITH(encrypt_age(std::vector<AgeRecipient>(), false),
                    "no recipient is given to encrypt to; at least one is needed (age1...)");
  CHECK_THROWS_WITH(encrypt_age({kRecipient, AgeRecipient()}, false),
                    AgeRecipient().text() + ": is no recipient that can be encrypted to: its key is of low order");
  CHECK_THROWS_WITH(encrypt_age(std::vector<AgeRecipient>(1000, kRecipient), false),
                    "1000 recipients are too many: the header of a file has room for about 600");
}

TEST_CASE("a passphrase opens what it encrypted, and is asked for once and only where one is needed") {
  const std::string file = filtered(encrypt_age(secret("correct horse"), false, 4), "text", 100);
  int asked = 0;
  AgeKeys keys = keys_of({kIdentity});
  keys.passphrase = [&asked] {
    ++asked;
    return secret("correct horse");
  };
  CHECK(decrypted(file, keys) == "text");
  CHECK(asked == 1);
  CHECK(decrypted(kOfAge, keys) == kText);
  CHECK(asked == 1);
  CHECK(error_of(file, passphrase_of("wrong")) == "x: the passphrase is not that of this file");
  CHECK(error_of(file) == "x: is encrypted with a passphrase, and none is given");
  CHECK_THROWS_WITH(encrypt_age(Secret(), false, 4), "the passphrase to encrypt with is empty");
}

TEST_CASE("a file with any bit changed is an error, and gives out only what is authentic") {
  const bool armored = GENERATE(false, true);
  const std::string text = "one chunk", file = encrypted(text, armored);
  for (size_t i = 0; i < file.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = file;
      changed[i] = static_cast<char>(changed[i] ^ 1 << bit);
      INFO("byte " << i << " bit " << bit);
      const Failure failure = failure_of(changed);
      CHECK(failure.error.starts_with("x: "));
      CHECK(failure.text.empty());
    }
  }
}

TEST_CASE("a file of three chunks that is cut off anywhere is an error after whole chunks") {
  const std::string text = long_text(2 * kChunk + 100), file = encrypted(text);
  const size_t start = header_size(file) + kNonce;
  const auto check = [&](size_t size) {
    const Failure failure = failure_of(file.substr(0, size));
    INFO("cut off after " << size << " bytes");
    CHECK(failure.error.starts_with("x: "));
    const size_t whole = size < start ? 0 : (size - start) / kSealed;
    CHECK(failure.text == text.substr(0, whole * kChunk));
  };
  for (size_t size = 0; size < start + 40; ++size) check(size);
  for (size_t size = start; size < file.size(); size += 1009) check(size);
  for (const size_t chunk : {start + kSealed, start + 2 * kSealed}) {
    for (size_t size = chunk - 20; size <= chunk + 20; ++size) check(size);
  }
  for (size_t size = start + 2 * kSealed; size < file.size(); ++size) check(size);
  CHECK(error_of(file.substr(0, 30)) == "x: the age header is cut off in line 2");
  CHECK(error_of(file.substr(0, start - 1)) == "x: is cut off after the age header");
  CHECK(error_of(file.substr(0, start + kSealed)) == "x: the encrypted data is cut off");
  CHECK(error_of(file.substr(0, start + kSealed - 1)) ==
        "x: the encrypted data is damaged or cut off: its last chunk is not authentic");
}

TEST_CASE("chunks that are exchanged, repeated, left out or added are an error") {
  const std::string text = long_text(3 * kChunk);
  const auto [start, chunks] = Pieces(encrypted(text));
  REQUIRE(chunks.size() == 3);
  const std::string damaged = "x: the encrypted data is damaged: a chunk is not authentic",
                    goes_on = "x: the encrypted data goes on after its last chunk";
  CHECK(decrypted(joined(start, chunks)) == text);
  CHECK(error_of(joined(start, {chunks[1], chunks[0], chunks[2]})) == damaged);
  CHECK(error_of(joined(start, {chunks[0], chunks[0], chunks[1], chunks[2]})) == damaged);
  CHECK(error_of(joined(start, {chunks[0], chunks[2]})) == damaged);
  CHECK(error_of(joined(start, {chunks[2]})) == damaged);
  CHECK(error_of(joined(start, {chunks[0], chunks[1], chunks[2], chunks[2]})) == goes_on);
  CHECK(error_of(joined(start, {chunks[0], chunks[1], chunks[2], "x"})) == goes_on);
  CHECK(failure_of(joined(start, {chunks[0], chunks[1], chunks[2], "x"})).text == text);
  CHECK(error_of(joined(Pieces(encrypted(text)).start, chunks)) == damaged);
}

TEST_CASE("a source that failed fails again") {
  const std::string file = encrypted("text");
  const auto source = decrypt_age(source_of(file.substr(0, file.size() - 1)), "x", kKeys);
  char bytes[100];
  for (int i = 0; i < 3; ++i) CHECK_THROWS_AS(source->read(bytes, sizeof bytes), Error);
}

TEST_CASE("a file has new recipients after its header was written anew, and the same chunks") {
  const AgeKeys other = keys_of({kOther});
  const std::string text = long_text(kChunk + 10);
  const bool armored = GENERATE(false, true);
  const std::string file = encrypted(text, armored),
                    again = read_all(*rewrap_age(source_of(file), "x", kKeys, {other.identities[0].recipient()}), 777);
  CHECK(decrypted(again, other) == text);
  CHECK(error_of(again) == "x: is encrypted for 1 recipient (X25519); the identity that is given is not among them");
  if (!armored) CHECK(again.substr(header_size(again)) == file.substr(header_size(file)));
  CHECK(decrypted(filtered(armor(), again, 100), other) == text);
  CHECK_THROWS_WITH(rewrap_age(source_of(file), "x", other, {kRecipient}),
                    "x: is encrypted for 1 recipient (X25519); the identity that is given is not among them");
  std::string changed = again;
  changed[30] ^= 1;
  CHECK_THROWS_AS(rewrap_age(source_of(changed), "x", other, {kRecipient}), Error);
}

TEST_CASE("a chunk is waited for whole, and is read without waiting for the next") {
  struct Pipe final : ByteSource {
    explicit Pipe(std::string text) : text(std::move(text)) {}
    size_t read(char* to, size_t size) override {
      REQUIRE(arrived > 0);
      const size_t count = std::min(size, arrived);
      text.copy(to, count, given);
      given += count;
      arrived -= count;
      return count;
    }
    bool would_wait() override { return arrived == 0; }
    std::string text;
    size_t given = 0, arrived = 0;
  };
  const std::string text = long_text(kChunk + 1), file = encrypted(text);
  auto owned = std::make_unique<Pipe>(file);
  Pipe& pipe = *owned;
  pipe.arrived = header_size(file) + kNonce + 1000;
  const auto source = decrypt_age(std::move(owned), "x", kKeys);
  CHECK(source->would_wait());
  pipe.arrived = kSealed - 1000;
  CHECK_FALSE(source->would_wait());
  std::string bytes(kChunk, '\0');
  CHECK(source->read(bytes.data(), 1000) == 1000);
  CHECK_FALSE(source->would_wait());
  CHECK(source->read(bytes.data() + 1000, kChunk) == kChunk - 1000);
  CHECK(bytes == text.substr(0, kChunk));
  CHECK(source->would_wait());
}
