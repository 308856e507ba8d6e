#include <memory>
#include <vector>

#include "base/files.h"
#include "cli/checks.h"
#include "cli/commands.h"
#include "cli/protection_flags.h"
#include "crypto/age.h"
#include "io/output.h"
#include "io/protection.h"

namespace mdl {
namespace {

struct EncryptFlags {
  std::string input = "-", output = "-";
  bool passphrase = false, armored = false;
  ProtectionFlags protection;
};

int run_encrypt(const EncryptFlags& flags) {
  expect_not_read("--output", flags.output, {flags.input});
  const std::vector<AgeRecipient> recipients = recipients_of(flags.protection);
  if (recipients.empty() != flags.passphrase)
    wrong_flags("give --recipient age1... (mdl keygen makes one), or --passphrase");
  if (flags.output == "-" && !flags.armored) expect_no_terminal("an encrypted file");

  std::unique_ptr<ByteFilter> encryption;
  if (flags.passphrase) {
    encryption = encrypt_age(ask_passphrase("new passphrase", /*new_one=*/true, flags.protection.passphrase_descriptor),
                             flags.armored);
  } else {
    encryption = encrypt_age(recipients, flags.armored);
  }
  std::vector<std::unique_ptr<ByteFilter>> filters;
  filters.push_back(std::move(encryption));
  copy(*open_stored(flags.input), std::move(filters), flags.output);
  return 0;
}

}  // namespace

Run setup_encrypt(CLI::App& app) {
  const auto flags = std::make_shared<EncryptFlags>();
  app.add_option("file", flags->input, "what to encrypt (default: standard input)")->type_name("FILE");
  app.add_option("--output", flags->output, "where it goes (default: standard output)")->type_name("FILE");
  add_recipient_flags(app, flags->protection);
  app.add_flag("--passphrase", flags->passphrase, "encrypt with a passphrase instead");
  add_passphrase_flag(app, flags->protection);
  app.add_flag("--armor", flags->armored, "write text (base64), for places that take nothing else");
  app.footer(
      "An age file (age-encryption.org/v1): age, rage and pyrage open it, too.\n\n"
      "Example:\n"
      "  mdl encrypt credit.csv --recipient age1... --output credit.csv.age\n"
      "  zcat credit.csv.gz | mdl encrypt --recipients-file bank.txt > credit.csv.age");
  return [flags] { return run_encrypt(*flags); };
}

}  // namespace mdl
