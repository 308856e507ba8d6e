// The header of an age file (https://age-encryption.org/v1): a stanza for each recipient, which holds the file's key
// for it, and a code (MAC) that only who has the file's key can compute.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/buffered_source.h"
#include "crypto/secret.h"

namespace mdl {

inline constexpr std::string_view kAgeMagic = "age-encryption.org/";

/// A header of more bytes is neither read nor written: room for 600 recipients.
inline constexpr size_t kLargestAgeHeader = 64 << 10;

struct AgeStanza {
  std::vector<std::string> arguments;  // the first is the type
  std::string body;

  const std::string& type() const { return arguments.front(); }
};

struct AgeHeader {
  std::vector<AgeStanza> stanzas;
  std::string authenticated;  // the bytes that the code is of
  std::string code;

  /// "1 recipient (X25519)", "3 recipients (2 X25519 and 1 ssh-rsa)"
  std::string describe() const;
};

/// Takes the header from the front of `file`. What is not exactly as the format has it is refused before any key is
/// used: stanzas of X25519 and scrypt that are not well formed, a passphrase (scrypt) beside other recipients or with
/// a work factor above 22, sizes. Throws Error.
AgeHeader read_age_header(BufferedSource& file, const std::string& name);

/// With the code that `file_key` makes. Throws Error above kLargestAgeHeader.
std::string format_age_header(const std::vector<AgeStanza>& stanzas, const Secret& file_key);

/// Whether the header is as who encrypted the file wrote it.
bool is_authentic(const AgeHeader& header, const Secret& file_key);

}  // namespace mdl
