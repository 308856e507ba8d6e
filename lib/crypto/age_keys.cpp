#include "crypto/age_keys.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "crypto/bech32.h"
#include "crypto/key_file.h"

namespace mdl {
namespace {

constexpr std::string_view kRecipientPrefix = "age", kIdentityPrefix = "AGE-SECRET-KEY-";
constexpr size_t kKeySize = 32;

/// Calls `use` with each line that is neither blank nor a comment, and its place.
void for_each_line(std::string_view text, const std::string& name, auto use) {
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    while (line.ends_with('\r') || line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
    if (!line.empty() && !line.starts_with('#')) use(line, fmt::format("{}:{}", name, number));
  }
}

}  // namespace

std::string AgeRecipient::text() const {
  return std::string(encode_bech32(kRecipientPrefix, {public_key.data(), public_key.size()}).view());
}

AgeRecipient parse_age_recipient(std::string_view text, const std::string& where) {
  if (holds_secret_key(text)) {
    fail(
        "{}: is a secret key (AGE-SECRET-KEY-...); a recipient is expected, which is public and begins with age1; it "
        "stands in the key file after '# public key:'",
        where);
  }
  if (text.starts_with("ssh-")) fail("{}: is an SSH key; age's own recipients alone are supported (age1...)", where);
  const std::optional<Bech32> decoded = decode_bech32(text);
  if (!text.starts_with("age1")) fail("{}: is no age recipient, which begins with age1 and has 62 characters", where);
  if (!decoded) fail("{}: {} is no age recipient: it is cut off or misspelt", where, quote(text));
  if (decoded->prefix.starts_with("age1pq") || decoded->prefix.starts_with("age1tagpq")) {
    fail("{}: {} is a post-quantum recipient, which is not supported; X25519 recipients are (age1... of 62 characters)",
         where, quote(text));
  }
  if (decoded->prefix != kRecipientPrefix) {
    fail(
        "{}: {} is the recipient of a plugin ({}), which is not supported; X25519 recipients are (age1... of 62 "
        "characters)",
        where, quote(text), printable(decoded->prefix.substr(0, 40)));
  }
  if (decoded->bytes.size() != kKeySize)
    fail("{}: {} is no age recipient: its key has {} bytes and not 32", where, quote(text), decoded->bytes.size());
  AgeRecipient recipient;
  std::ranges::copy(decoded->bytes.view(), recipient.public_key.begin());
  return recipient;
}

std::vector<AgeRecipient> parse_age_recipients(std::string_view text, const std::string& name) {
  std::vector<AgeRecipient> recipients;
  for_each_line(text, name, [&](std::string_view line, const std::string& where) {
    recipients.push_back(parse_age_recipient(line, where));
  });
  if (recipients.empty()) fail("{}: holds no recipient; lines like age1... are expected", name);
  return recipients;
}

AgeIdentity::AgeIdentity(Secret key) : key_(std::move(key)), recipient_{x25519_public_key(key_)} {}

AgeIdentity AgeIdentity::generate() { return AgeIdentity(random_secret(kKeySize)); }

Secret AgeIdentity::text() const {
  Secret text = encode_bech32("age-secret-key-", key_.view());
  for (char* c = text.data(); c != text.data() + text.size(); ++c) {
    if (*c >= 'a' && *c <= 'z') *c = static_cast<char>(*c - 'a' + 'A');
  }
  return text;
}

AgeIdentity parse_age_identity(std::string_view text, const std::string& where) {
  if (text.starts_with("age1")) {
    fail("{}: is a recipient, which is public; the secret key is expected that belongs to it (AGE-SECRET-KEY-1...)",
         where);
  }
  if (text.starts_with("AGE-SECRET-KEY-PQ-"))
    fail("{}: is a post-quantum identity, which is not supported; X25519 identities are (AGE-SECRET-KEY-1...)", where);
  if (text.starts_with("AGE-PLUGIN-"))
    fail("{}: is the identity of a plugin, which is not supported; X25519 identities are (AGE-SECRET-KEY-1...)", where);
  if (text.starts_with("age-encryption.org/") || text.starts_with("-----BEGIN AGE"))
    fail("{}: is an encrypted key file; decrypt it first", where);
  if (text.starts_with("-----BEGIN") || text.starts_with("ssh-"))
    fail("{}: is no age identity but a key of another kind; AGE-SECRET-KEY-1... is expected", where);
  std::optional<Bech32> decoded = decode_bech32(text);
  if (!text.starts_with(kIdentityPrefix))
    fail("{}: is no age identity, which begins with AGE-SECRET-KEY-1 and has 74 characters", where);
  if (!decoded || decoded->prefix != kIdentityPrefix || decoded->bytes.size() != kKeySize)
    fail("{}: is no age identity: it is cut off or misspelt", where);
  return AgeIdentity(std::move(decoded->bytes));
}

std::vector<AgeIdentity> parse_age_identities(std::string_view text, const std::string& name) {
  std::vector<AgeIdentity> identities;
  for_each_line(text, name, [&](std::string_view line, const std::string& where) {
    identities.push_back(parse_age_identity(line, where));
  });
  if (identities.empty()) fail("{}: holds no identity; a line like AGE-SECRET-KEY-1... is expected", name);
  return identities;
}

}  // namespace mdl
