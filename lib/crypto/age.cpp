#include "crypto/age.h"

#include <algorithm>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "crypto/base64.h"
#include "crypto/primitives.h"

namespace mdl {
namespace {

constexpr size_t kFileKey = 16, kNonce = 16;
constexpr size_t kChunk = 64 << 10, kSealedChunk = kChunk + ChaCha20Poly1305::kTag;
constexpr std::string_view kX25519 = "X25519", kScrypt = "scrypt";
constexpr std::string_view kX25519Info = "age-encryption.org/v1/X25519", kScryptSalt = "age-encryption.org/v1/scrypt";

// The keys that wrap a file key are used once.
constexpr std::string_view kZeroNonce("\0\0\0\0\0\0\0\0\0\0\0\0", 12);

/// The nonces of a file's chunks: a counter of 11 bytes, and 1 for the last.
class ChunkNonce {
 public:
  std::string_view next(bool last) {
    bytes_[11] = last ? 1 : 0;
    return {bytes_, sizeof bytes_};
  }
  void advance() {
    for (int i = 10; i >= 0 && ++bytes_[i] == 0; --i) {
    }
  }
  bool is_first() const {
    return std::all_of(bytes_, bytes_ + 11, [](char c) { return c == 0; });
  }

 private:
  char bytes_[12] = {};
};

std::string wrap_file_key(const Secret& file_key, const Secret& key) {
  std::string wrapped;
  ChaCha20Poly1305(key, ChaCha20Poly1305::Use::kSeal).seal(kZeroNonce, file_key.view(), wrapped);
  return wrapped;
}

std::optional<Secret> unwrap_file_key(std::string_view wrapped, const Secret& key) {
  Secret file_key(kFileKey);
  if (ChaCha20Poly1305(key, ChaCha20Poly1305::Use::kOpen).open(kZeroNonce, wrapped, file_key.data())) return file_key;
  return {};
}

std::string_view view_of(const AgeRecipient& recipient) {
  return {recipient.public_key.data(), recipient.public_key.size()};
}

Secret x25519_wrap_key(const Secret& shared, std::string_view share, const AgeRecipient& recipient) {
  return hkdf_sha256(shared.view(), std::string(share).append(view_of(recipient)), kX25519Info);
}

AgeStanza wrap_for(const AgeRecipient& recipient, const Secret& file_key) {
  const AgeIdentity ephemeral = AgeIdentity::generate();
  const std::string_view share = view_of(ephemeral.recipient());
  const std::optional<Secret> shared = x25519(ephemeral.key(), view_of(recipient));
  if (!shared) fail("{}: is no recipient that can be encrypted to: its key is of low order", recipient.text());
  return {{std::string(kX25519), encode_base64(share, Base64::kUnpadded)},
          wrap_file_key(file_key, x25519_wrap_key(*shared, share, recipient))};
}

std::vector<AgeStanza> wrap_for_all(const std::vector<AgeRecipient>& recipients, const Secret& file_key) {
  if (recipients.empty()) fail("no recipient is given to encrypt to; at least one is needed (age1...)");
  std::vector<AgeStanza> stanzas;
  for (const AgeRecipient& recipient : recipients) stanzas.push_back(wrap_for(recipient, file_key));
  return stanzas;
}

std::optional<Secret> unwrap_with(const AgeIdentity& identity, const AgeStanza& stanza, const std::string& name) {
  const std::string share = *decode_base64(stanza.arguments[1], Base64::kUnpadded);
  const std::optional<Secret> shared = x25519(identity.key(), share);
  if (!shared) fail("{}: the age header is damaged: the share of an X25519 recipient is of low order", name);
  return unwrap_file_key(stanza.body, x25519_wrap_key(*shared, share, identity.recipient()));
}

Secret scrypt_wrap_key(std::string_view passphrase, std::string_view salt, int work_factor) {
  return scrypt(passphrase, std::string(kScryptSalt).append(salt), work_factor);
}

Secret unwrap_with_passphrase(const AgeHeader& header, const std::string& name, const AgeKeys& keys) {
  if (!keys.passphrase) fail("{}: is encrypted with a passphrase, and none is given", name);
  const AgeStanza& stanza = header.stanzas.front();
  const std::string salt = *decode_base64(stanza.arguments[1], Base64::kUnpadded);
  const Secret passphrase = keys.passphrase();
  std::optional<Secret> file_key = unwrap_file_key(
      stanza.body, scrypt_wrap_key(passphrase.view(), salt, std::stoi(stanza.arguments[2])));
  if (!file_key) fail("{}: the passphrase is not that of this file", name);
  return std::move(*file_key);
}

Secret unwrap_with_identities(const AgeHeader& header, const std::string& name,
                              const std::vector<AgeIdentity>& identities) {
  if (identities.empty())
    fail("{}: is encrypted for {}; an identity is needed to open it; give it with --identity FILE", name,
         header.describe());
  for (const AgeIdentity& identity : identities) {
    for (const AgeStanza& stanza : header.stanzas) {
      if (stanza.type() != kX25519) continue;
      if (std::optional<Secret> file_key = unwrap_with(identity, stanza, name)) return std::move(*file_key);
    }
  }
  fail("{}: is encrypted for {}; {} among them", name, header.describe(),
       identities.size() == 1 ? "the identity that is given is not"
                              : fmt::format("none of the {} identities that are given is", identities.size()));
}

/// Of an authentic header.
Secret file_key_of(const AgeHeader& header, const std::string& name, const AgeKeys& keys) {
  Secret key = header.stanzas.front().type() == kScrypt ? unwrap_with_passphrase(header, name, keys)
                                                        : unwrap_with_identities(header, name, keys.identities);
  if (!is_authentic(header, key)) fail("{}: the age header was changed: its authentication code (MAC) is wrong", name);
  return key;
}

/// A file without its armor, if it has one.
std::unique_ptr<BufferedSource> binary(std::unique_ptr<ByteSource> encrypted, const std::string& name) {
  auto file = std::make_unique<BufferedSource>(std::move(encrypted));
  const std::string_view start = file->peek(1);
  if (start.empty() || std::string_view("-\r\n\t ").find(start[0]) == std::string_view::npos) return file;
  return std::make_unique<BufferedSource>(dearmor(std::move(file), name));
}

class Decrypted final : public ByteSource {
 public:
  Decrypted(std::unique_ptr<ByteSource> chunks, const std::string& name, const Secret& payload_key)
      : chunks_(std::move(chunks)), name_(name), cipher_(payload_key, ChaCha20Poly1305::Use::kOpen) {}

  size_t read(char* to, size_t size) override {
    if (given_ == text_size_) {
      // Without a copy where there is room for a whole chunk.
      const bool direct = size >= kChunk;
      const size_t opened = open_chunk(direct ? to : text_.data());
      if (direct || opened == 0) return opened;
      given_ = 0;
      text_size_ = opened;
    }
    const size_t count = std::min(size, text_size_ - given_);
    std::memcpy(to, text_.data() + given_, count);
    given_ += count;
    return count;
  }

  bool would_wait() override {
    if (given_ < text_size_) return false;
    while (!is_whole() && !chunks_->would_wait()) take_in();
    return !is_whole();
  }

  bool ends_checked() const override { return true; }

 private:
  [[noreturn]] void fail_here(std::string_view what) const { fail("{}: the encrypted data {}", name_, what); }

  bool is_whole() const { return ended_ || sealed_size_ == kSealedChunk; }

  void take_in() {
    const size_t got = chunks_->read(sealed_.data() + sealed_size_, kSealedChunk - sealed_size_);
    sealed_size_ += got;
    ended_ = got == 0;
  }

  /// Its bytes; 0 at the end. After a failure all calls fail the same way.
  size_t open_chunk(char* to) {
    while (!is_whole()) take_in();
    if (finished_) {
      if (sealed_size_ > 0) fail_here("goes on after its last chunk");
      return 0;
    }
    if (sealed_size_ < ChaCha20Poly1305::kTag) fail_here("is cut off");
    const std::string_view sealed(sealed_.data(), sealed_size_);
    // Only the last chunk may be shorter; it may also be as long as the others.
    if (sealed_size_ < kSealedChunk || !cipher_.open(nonce_.next(/*last=*/false), sealed, to)) {
      if (!cipher_.open(nonce_.next(/*last=*/true), sealed, to)) {
        fail_here(ended_ ? "is damaged or cut off: its last chunk is not authentic"
                         : "is damaged: a chunk is not authentic");
      }
      if (sealed_size_ == ChaCha20Poly1305::kTag && !nonce_.is_first()) fail_here("ends with a chunk without bytes");
      finished_ = true;
    }
    nonce_.advance();
    return std::exchange(sealed_size_, 0) - ChaCha20Poly1305::kTag;
  }

  std::unique_ptr<ByteSource> chunks_;
  std::string name_;
  ChaCha20Poly1305 cipher_;
  ChunkNonce nonce_;
  std::vector<char> sealed_ = std::vector<char>(kSealedChunk), text_ = std::vector<char>(kChunk);
  size_t sealed_size_ = 0, given_ = 0, text_size_ = 0;
  bool ended_ = false, finished_ = false;
};

class Encryption final : public ByteFilter {
 public:
  Encryption(const std::vector<AgeStanza>& stanzas, const Secret& file_key)
      : Encryption(format_age_header(stanzas, file_key), random_bytes(kNonce), file_key) {}

  void filter(std::string_view bytes, bool last, std::string& out) override {
    out += std::exchange(start_, {});
    // A full chunk is held back until it is known not to be the last.
    if (!held_.empty()) {
      const size_t lacking = std::min(kChunk - held_.size(), bytes.size());
      held_ += bytes.substr(0, lacking);
      bytes.remove_prefix(lacking);
      if (!bytes.empty()) {
        seal(held_, /*last=*/false, out);
        held_.clear();
      }
    }
    for (; bytes.size() > kChunk; bytes.remove_prefix(kChunk)) seal(bytes.substr(0, kChunk), /*last=*/false, out);
    held_ += bytes;
    if (last) seal(held_, /*last=*/true, out);
  }

 private:
  Encryption(std::string header, const std::string& nonce, const Secret& file_key)
      : start_(std::move(header) + nonce),
        cipher_(hkdf_sha256(file_key.view(), nonce, "payload"), ChaCha20Poly1305::Use::kSeal) {}

  void seal(std::string_view text, bool last, std::string& out) {
    cipher_.seal(nonce_.next(last), text, out);
    nonce_.advance();
  }

  std::string start_, held_;
  ChaCha20Poly1305 cipher_;
  ChunkNonce nonce_;
};

class Armored final : public ByteFilter {
 public:
  explicit Armored(std::unique_ptr<ByteFilter> inner) : inner_(std::move(inner)) {}

  void filter(std::string_view bytes, bool last, std::string& out) override {
    std::string binary;
    inner_->filter(bytes, last, binary);
    armor_->filter(binary, last, out);
  }

 private:
  std::unique_ptr<ByteFilter> inner_, armor_ = armor();
};

std::unique_ptr<ByteFilter> encryption(const std::vector<AgeStanza>& stanzas, const Secret& file_key, bool armored) {
  auto filter = std::make_unique<Encryption>(stanzas, file_key);
  if (armored) return std::make_unique<Armored>(std::move(filter));
  return filter;
}

/// A header, then the rest of a file.
class Rewrapped final : public ByteSource {
 public:
  Rewrapped(std::string header, std::unique_ptr<ByteSource> rest)
      : header_(std::move(header)), rest_(std::move(rest)) {}

  size_t read(char* to, size_t size) override {
    const size_t count = header_.copy(to, size, given_);
    given_ += count;
    return count > 0 ? count : rest_->read(to, size);
  }
  bool would_wait() override { return given_ == header_.size() && rest_->would_wait(); }

 private:
  std::string header_;
  size_t given_ = 0;
  std::unique_ptr<ByteSource> rest_;
};

}  // namespace

std::unique_ptr<ByteSource> decrypt_age(std::unique_ptr<ByteSource> encrypted, const std::string& name,
                                        const AgeKeys& keys) {
  std::unique_ptr<BufferedSource> file = binary(std::move(encrypted), name);
  const Secret file_key = file_key_of(read_age_header(*file, name), name, keys);
  char nonce[kNonce];
  for (size_t got = 0, more = 0; got < kNonce; got += more) {
    more = file->read(nonce + got, kNonce - got);
    if (more == 0) fail("{}: is cut off after the age header", name);
  }
  return std::make_unique<Decrypted>(std::move(file), name, hkdf_sha256(file_key.view(), {nonce, kNonce}, "payload"));
}

std::unique_ptr<ByteFilter> encrypt_age(const std::vector<AgeRecipient>& recipients, bool armored) {
  const Secret file_key = random_secret(kFileKey);
  return encryption(wrap_for_all(recipients, file_key), file_key, armored);
}

std::unique_ptr<ByteFilter> encrypt_age(const Secret& passphrase, bool armored, int work_factor) {
  if (passphrase.empty()) fail("the passphrase to encrypt with is empty");
  const Secret file_key = random_secret(kFileKey);
  const std::string salt = random_bytes(16);
  const AgeStanza stanza{{std::string(kScrypt), encode_base64(salt, Base64::kUnpadded), std::to_string(work_factor)},
                         wrap_file_key(file_key, scrypt_wrap_key(passphrase.view(), salt, work_factor))};
  return encryption({stanza}, file_key, armored);
}

std::unique_ptr<ByteSource> rewrap_age(std::unique_ptr<ByteSource> encrypted, const std::string& name,
                                       const AgeKeys& keys, const std::vector<AgeRecipient>& recipients) {
  std::unique_ptr<BufferedSource> file = binary(std::move(encrypted), name);
  const Secret file_key = file_key_of(read_age_header(*file, name), name, keys);
  return std::make_unique<Rewrapped>(format_age_header(wrap_for_all(recipients, file_key), file_key), std::move(file));
}

}  // namespace mdl
