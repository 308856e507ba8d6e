// Keys of age (https://age-encryption.org/v1) that are X25519 pairs: a recipient, to whom a file is encrypted, and the
// identity, which opens it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/primitives.h"
#include "crypto/secret.h"

namespace mdl {

struct AgeRecipient {
  X25519Key public_key{};

  /// "age1...", 62 characters.
  std::string text() const;

  bool operator==(const AgeRecipient&) const = default;
};

/// Of "age1...". Messages begin with `where` (a flag, a place in a file) and never show what may be a secret. Throws
/// Error, of recipients of other kinds (post-quantum, plugins, SSH) too.
AgeRecipient parse_age_recipient(std::string_view text, const std::string& where);

/// Of a file with one recipient a line, blank lines and comments (#); at least one.
std::vector<AgeRecipient> parse_age_recipients(std::string_view text, const std::string& name);

class AgeIdentity {
 public:
  static AgeIdentity generate();

  /// "AGE-SECRET-KEY-1...", 74 characters.
  Secret text() const;
  const AgeRecipient& recipient() const { return recipient_; }
  const Secret& key() const { return key_; }

 private:
  friend AgeIdentity parse_age_identity(std::string_view text, const std::string& where);
  explicit AgeIdentity(Secret key);

  Secret key_;
  AgeRecipient recipient_;
};

/// Of "AGE-SECRET-KEY-1...". Messages begin with `where` and show nothing of the text. Throws Error, of identities of
/// other kinds too.
AgeIdentity parse_age_identity(std::string_view text, const std::string& where);

/// Of a file as age-keygen writes it: one identity a line, blank lines and comments (#); at least one.
std::vector<AgeIdentity> parse_age_identities(std::string_view text, const std::string& name);

}  // namespace mdl
