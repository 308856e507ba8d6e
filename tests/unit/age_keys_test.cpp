// The pair is that of age's own tests: a key of 32 times 0x42.
#include "crypto/age_keys.h"

#include "base/error.h"
#include "catch.h"
#include "crypto/bech32.h"

using namespace mdl;

namespace {

const std::string kIdentity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX",
                  kRecipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

std::string error_of(auto parse, const std::string& text) {
  try {
    parse(text, "x");
  } catch (const Error& error) {
    return error.what();
  }
  return "none";
}

}  // namespace

TEST_CASE("an identity is written as it is read, and has its recipient") {
  const AgeIdentity identity = parse_age_identity(kIdentity, "x");
  CHECK(identity.key().view() == std::string(32, '\x42'));
  CHECK(identity.text().view() == kIdentity);
  CHECK(identity.recipient().text() == kRecipient);
  CHECK(parse_age_recipient(kRecipient, "x") == identity.recipient());
  const AgeIdentity fresh = AgeIdentity::generate();
  CHECK(parse_age_identity(fresh.text().view(), "x").recipient() == fresh.recipient());
  CHECK_FALSE(fresh.recipient() == identity.recipient());
}

TEST_CASE("a file of keys has one a line") {
  const auto identities = parse_age_identities("# created: today\r\n\r\n" + kIdentity + "\r\n \n" + kIdentity, "x");
  CHECK(identities.size() == 2);
  CHECK(identities[1].text().view() == kIdentity);
  const auto recipients = parse_age_recipients("# us\n" + kRecipient + "\n\n", "x");
  CHECK(recipients == std::vector{identities[0].recipient()});
}

TEST_CASE("what is no recipient is refused, with the reason and without showing a secret") {
  const auto error = [](const std::string& text) { return error_of(parse_age_recipient, text); };
  const std::string secret =
      "x: is a secret key (AGE-SECRET-KEY-...); a recipient is expected, which is public and begins with age1; it "
      "stands "
      "in the key file after '# public key:'";
  CHECK(error(kIdentity) == secret);
  CHECK(error("age-secret-key-1gfpyysjzgfpyysjz") == secret);
  CHECK(error("hunter2") == "x: is no age recipient, which begins with age1 and has 62 characters");
  CHECK(error("ssh-ed25519 AAAA") == "x: is an SSH key; age's own recipients alone are supported (age1...)");
  CHECK(error("age1zvkyg2lqzraa2lnjvqej32nk") ==
        "x: 'age1zvkyg2lqzraa2lnjvqej32nk' is no age recipient: it is cut off "
        "or misspelt");
  const auto made = [](const std::string& prefix, size_t size) {
    return std::string(encode_bech32(prefix, std::string(size, '\1')).view());
  };
  CHECK(error(made("age1pq", 3)) ==
        "x: '" + made("age1pq", 3) +
            "' is a post-quantum recipient, which is not supported; X25519 recipients are (age1... of 62 characters)");
  CHECK(error(made("age1yubikey", 3)) ==
        "x: '" + made("age1yubikey", 3) +
            "' is the recipient of a plugin (age1yubikey), which is not supported; X25519 "
            "recipients are (age1... of 62 characters)");
  CHECK(error(made("age", 31)) == "x: '" + made("age", 31) + "' is no age recipient: its key has 31 bytes and not 32");
  CHECK(error_of(parse_age_recipients, kRecipient + "\nhunter2") ==
        "x:2: is no age recipient, which begins with age1 and has 62 characters");
  CHECK(error_of(parse_age_recipients, "# none\n") == "x: holds no recipient; lines like age1... are expected");
}

TEST_CASE("what is no identity is refused, with its line and nothing of its text") {
  const auto error = [](const std::string& text) { return error_of(parse_age_identities, "#\n" + text); };
  CHECK(error(kRecipient) ==
        "x:2: is a recipient, which is public; the secret key is expected that belongs to it (AGE-SECRET-KEY-1...)");
  CHECK(error("hunter2") == "x:2: is no age identity, which begins with AGE-SECRET-KEY-1 and has 74 characters");
  CHECK(error(kIdentity.substr(0, 70)) == "x:2: is no age identity: it is cut off or misspelt");
  CHECK(error("AGE-SECRET-KEY-PQ-1HZL") ==
        "x:2: is a post-quantum identity, which is not supported; X25519 identities are (AGE-SECRET-KEY-1...)");
  CHECK(error("AGE-PLUGIN-YUBIKEY-1") ==
        "x:2: is the identity of a plugin, which is not supported; X25519 identities are (AGE-SECRET-KEY-1...)");
  CHECK(error("age-encryption.org/v1") == "x:2: is an encrypted key file; decrypt it first");
  CHECK(error("-----BEGIN OPENSSH PRIVATE KEY-----") ==
        "x:2: is no age identity but a key of another kind; AGE-SECRET-KEY-1... is expected");
  CHECK(error("") == "x: holds no identity; a line like AGE-SECRET-KEY-1... is expected");
  std::string lower = kIdentity;
  for (char& c : lower) c = static_cast<char>(std::tolower(c));
  CHECK(error(lower) == "x:2: is no age identity, which begins with AGE-SECRET-KEY-1 and has 74 characters");
}
