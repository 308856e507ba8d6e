#include "cli/protection_flags.h"

#include <algorithm>

#include "io/input.h"
#include "io/signed_files.h"

namespace mdl {
namespace {

constexpr size_t kLargestRecipientsFile = 16 << 20;

}  // namespace

void add_identity_flags(CLI::App& app, ProtectionFlags& flags) {
  app.add_option("--identity", flags.identities,
                 "file with the secret key (mdl keygen) that opens encrypted files; may be repeated (default: "
                 "$MDL_IDENTITY_FILE, or the key in $MDL_IDENTITY)")
      ->type_name("FILE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--identity-fd", flags.identity_descriptor, "the same from an open file descriptor")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
  add_passphrase_flag(app, flags);
}

void add_passphrase_flag(CLI::App& app, ProtectionFlags& flags) {
  app.add_option("--passphrase-fd", flags.passphrase_descriptor,
                 "read the passphrase of a file from this descriptor (default: ask on the terminal)")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
}

void add_recipient_flags(CLI::App& app, ProtectionFlags& flags) {
  app.add_option("--recipient", flags.recipients, "encrypt what is written to this public key; may be repeated")
      ->type_name("age1...")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--recipients-file", flags.recipient_files, "the same, to the public keys in a file, one a line")
      ->type_name("FILE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
}

void add_protection_flags(CLI::App& app, ProtectionFlags& flags) {
  add_identity_flags(app, flags);
  add_recipient_flags(app, flags);
  add_trust_flags(app, flags);
  add_plaintext_flag(app, flags);
}

void add_trust_flags(CLI::App& app, ProtectionFlags& flags) {
  app.add_option("--trust", flags.trust,
                 "refuse a model, baseline or gates file that is not signed by this public key; may be repeated")
      ->type_name("FILE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--min-version", flags.min_version, "refuse a model of an older version (model.version)")
      ->type_name("N")
      ->check(CLI::NonNegativeNumber);
}

void add_plaintext_flag(CLI::App& app, ProtectionFlags& flags) {
  app.add_flag("--plaintext-output", flags.plaintext_output,
               "write files in clear although what they are computed from is encrypted");
}

std::vector<AgeRecipient> recipients_of(const ProtectionFlags& flags) {
  std::vector<AgeRecipient> recipients;
  const auto add = [&](const AgeRecipient& recipient) {
    if (std::ranges::find(recipients, recipient) == recipients.end()) recipients.push_back(recipient);
  };
  for (const std::string& text : flags.recipients) add(parse_age_recipient(text, "--recipient"));
  for (const std::string& path : flags.recipient_files) {
    for (const AgeRecipient& recipient : parse_age_recipients(read_file(path, kLargestRecipientsFile), path))
      add(recipient);
  }
  return recipients;
}

KeySources key_sources(const ProtectionFlags& flags) {
  return {.identity_files = flags.identities,
          .identity_descriptor = flags.identity_descriptor,
          .passphrase_descriptor = flags.passphrase_descriptor};
}

void apply(const ProtectionFlags& flags) {
  take_keys(key_sources(flags));
  protection() = {.recipients = recipients_of(flags),
                  .min_model_version = flags.min_version,
                  .plaintext_output = flags.plaintext_output};
  for (const std::string& path : flags.trust) protection().trust.push_back(read_public_key(path));
  protection().of_standard_output = !protection().recipients.empty();
  if (protection().of_standard_output && flags.plaintext_output)
    wrong_flags("--plaintext-output and --recipient contradict each other; omit one of them");
}

}  // namespace mdl
