#include <memory>

#include "base/files.h"
#include "cli/checks.h"
#include "cli/commands.h"
#include "cli/protection_flags.h"
#include "crypto/age.h"
#include "io/output.h"
#include "io/protection.h"

namespace mdl {
namespace {

struct DecryptFlags {
  std::string input = "-", output = "-";
  ProtectionFlags protection;
};

int run_decrypt(const DecryptFlags& flags) {
  expect_not_read("--output", flags.output, {flags.input});
  apply(flags.protection);
  const auto source = decrypt_age(open_stored(flags.input), input_name(flags.input), keys());
  copy(*source, {}, flags.output);
  return 0;
}

}  // namespace

Run setup_decrypt(CLI::App& app) {
  const auto flags = std::make_shared<DecryptFlags>();
  app.add_option("file", flags->input, "an age file, armored or not (default: standard input)")->type_name("FILE");
  app.add_option("--output", flags->output, "where its content goes, in clear (default: standard output)")
      ->type_name("FILE");
  add_identity_flags(app, flags->protection);
  app.footer(
      "A file appears only when all of it was authenticated; standard output gets what was, as it comes, and the exit\n"
      "code tells whether that was all.\n\n"
      "Example:\n"
      "  mdl decrypt scored.csv.age --identity key.txt --output scored.csv");
  return [flags] { return run_decrypt(*flags); };
}

}  // namespace mdl
