#include <memory>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/commands.h"
#include "io/input.h"
#include "io/output.h"
#include "serve/audit_chain.h"

namespace mdl {
namespace {

struct AuditLogFlags {
  std::string action;
  std::vector<std::string> files;
  std::optional<std::string> head, after;
};

void expect_hash(const char* flag, const std::optional<std::string>& hash) {
  if (hash && (hash->size() != 64 || hash->find_first_not_of("0123456789abcdef") != std::string::npos))
    wrong_flags("{} {}: expected the 64 hexadecimal digits of a hash", flag, quote(*hash));
}

int run_audit_log(const AuditLogFlags& flags) {
  if (flags.action != "verify") wrong_flags("there is no action {}; there is verify", quote(flags.action));
  expect_hash("--head", flags.head);
  expect_hash("--after", flags.after);
  AuditVerifier verifier(flags.after, flags.head);
  for (const std::string& file : flags.files) verifier.read(*open_input(file), input_name(file));
  const AuditHead head = verifier.finish();
  std::string text = "no lines\n";
  if (verifier.first() > 0) {
    text = fmt::format("lines {} to {} follow each other\nhead {}\n", verifier.first(), head.sequence, head.hash);
    if (flags.head) text += fmt::format("the head that was noted is line {}\n", verifier.noted_at());
  }
  OutputFile("-").write(text);
  return 0;
}

}  // namespace

Run setup_audit_log(CLI::App& app) {
  const auto flags = std::make_shared<AuditLogFlags>();
  app.add_option("action", flags->action, "verify: check that the lines are as they were written, and all there")
      ->required()
      ->type_name("verify");
  app.add_option("files", flags->files, "the log; if it was rotated, its files from the oldest to the newest")
      ->required()
      ->type_name("FILE");
  app.add_option("--head", flags->head, "a head that was printed before: it has to be one of the lines")
      ->type_name("HASH");
  app.add_option("--after", flags->after, "the head of older files that are no longer here: these follow it")
      ->type_name("HASH");
  app.footer(
      "Each line of the log holds its own hash and that of the line before, so that a line that was changed, left "
      "out,\n"
      "put in or moved is found; the first is named, with exit code 1. Lines cut off at the end leave no trace in the\n"
      "file, nor does a log that was written anew by who knows how: keep the head that is printed where others cannot\n"
      "write, and give it with --head the next time. Files may be gzip or zstd.\n\n"
      "Example:\n"
      "  mdl audit-log verify audit.jsonl.1 audit.jsonl --head 3f0c...");
  return [flags] { return run_audit_log(*flags); };
}

}  // namespace mdl
