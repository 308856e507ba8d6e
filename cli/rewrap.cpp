#include <memory>

#include "base/console.h"
#include "base/files.h"
#include "cli/checks.h"
#include "cli/commands.h"
#include "cli/protection_flags.h"
#include "crypto/age.h"
#include "io/output.h"
#include "io/protection.h"

namespace mdl {
namespace {

struct RewrapFlags {
  std::string file;
  std::string output;  // empty: in place
  ProtectionFlags protection;
};

int run_rewrap(const RewrapFlags& flags) {
  const std::vector<AgeRecipient> recipients = recipients_of(flags.protection);
  if (recipients.empty()) wrong_flags("give the new recipients with --recipient age1... or --recipients-file FILE");
  const std::string output = flags.output.empty() ? flags.file : flags.output;
  if (output == "-") expect_no_terminal("an encrypted file");
  take_keys(key_sources(flags.protection));
  const auto rewrapped = rewrap_age(open_stored(flags.file), input_name(flags.file), keys(), recipients);
  copy(*rewrapped, {}, output);
  write_to_stderr(
      "mdl: who could open the file before still can, if they kept its header or its key; to shut them out, decrypt it "
      "and encrypt it anew\n");
  return 0;
}

}  // namespace

Run setup_rewrap(CLI::App& app) {
  const auto flags = std::make_shared<RewrapFlags>();
  app.add_option("file", flags->file, "an age file")->required()->type_name("FILE");
  add_recipient_flags(app, flags->protection);
  add_identity_flags(app, flags->protection);
  app.add_option("--output", flags->output, "where it goes (default: in its place)")->type_name("FILE");
  app.footer(
      "Writes a new header; the content is copied as it is, so that it takes the time of a copy. The new recipients\n"
      "replace those of before. It does not revoke: who held an old key may have kept the file's own.\n\n"
      "Example:\n"
      "  mdl rewrap credit.csv.age --identity old.txt --recipient age1...");
  return [flags] { return run_rewrap(*flags); };
}

}  // namespace mdl
