#include <memory>

#include "base/error.h"
#include "base/files.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/protection_flags.h"
#include "io/output.h"
#include "io/signed_files.h"
#include "train/record.h"
#include "train/run_folder.h"

namespace mdl {
namespace {

struct VerifyFlags {
  std::string path, signature;
  std::vector<std::string> keys;
  ProtectionFlags protection;
};

int run_verify(const VerifyFlags& flags) {
  if (flags.path == "-") wrong_flags("standard input cannot be verified; give the name of a file or folder");
  take_keys(key_sources(flags.protection));
  std::vector<PublicKey> keys;
  for (const std::string& path : flags.keys) keys.push_back(read_public_key(path));
  OutputFile output("-");
  const auto tell = [&](const std::string& line) {
    try {
      output.write(line + "\n");
    } catch (const ClosedPipe&) {  // the verdict is the exit code
    }
  };
  if (flags.signature.empty() && is_there(record_path(flags.path))) {
    const std::vector<std::string> differing = check_run(flags.path, keys, tell);
    if (!differing.empty()) fail("{}: differs from its record: {}", flags.path, join_names(differing));
    return 0;
  }
  const std::string signature = flags.signature.empty() ? signature_path_of(flags.path) : flags.signature;
  expect_as_signed(flags.path, signature, read_signature(signature, keys));
  tell(fmt::format("{}: as signed", printable(flags.path)));
  return 0;
}

}  // namespace

Run setup_verify(CLI::App& app) {
  const auto flags = std::make_shared<VerifyFlags>();
  app.add_option("path", flags->path, "a file, a folder, or the folder of a run")->required()->type_name("PATH");
  app.add_option("--key", flags->keys, "a public key that is trusted; repeatable: one of them must have signed")
      ->required()
      ->type_name("FILE")
      ->expected(1)
      ->allow_extra_args(false)
      ->take_all();
  app.add_option("--signature", flags->signature, "the signature (default: PATH.sig; of a folder PATH/model.sig)")
      ->type_name("FILE");
  add_identity_flags(app, flags->protection);
  app.footer(
      "Exits with 1 unless every byte is what was signed. Of a folder that mdl train has left, the whole chain is\n"
      "checked, a line for each file: the record run.json by its signature; the data it was trained on, where they\n"
      "are still found under their paths; all that the run wrote.\n\n"
      "Example:\n"
      "  mdl verify runs/credit/model.safetensors --key signing.pub.pem\n"
      "  mdl verify runs/credit --key signing.pub.pem");
  return [flags] { return run_verify(*flags); };
}

}  // namespace mdl
