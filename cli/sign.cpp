#include <memory>

#include "cli/checks.h"
#include "cli/commands.h"
#include "io/output.h"
#include "io/protection.h"
#include "io/signed_files.h"

namespace mdl {
namespace {

struct SignFlags {
  std::string path, key, signature;
};

int run_sign(const SignFlags& flags) {
  if (flags.path == "-") wrong_flags("standard input cannot be signed; give the name of a file or folder");
  const std::string signature = flags.signature.empty() ? signature_path_of(flags.path) : flags.signature;
  expect_not_read("--signature", signature, {flags.path, flags.key});
  keep_out_of_core_dumps();
  const SigningKey key = read_signing_key(flags.key);
  write_file(signature, sign_manifest(manifest_of(flags.path, signature), key));
  return 0;
}

}  // namespace

Run setup_sign(CLI::App& app) {
  const auto flags = std::make_shared<SignFlags>();
  app.add_option("path", flags->path, "a file, or a folder")->required()->type_name("PATH");
  app.add_option("--key", flags->key, "the private key (mdl keygen --signing)")->required()->type_name("FILE");
  app.add_option("--signature", flags->signature,
                 "where the signature is written (default: PATH.sig; of a folder PATH/model.sig)")
      ->type_name("FILE");
  app.footer(
      "The signature is in the OpenSSF Model Signing format (key method), which PyPI's model-signing reads too. It is\n"
      "about the bytes as they are: encrypt first, then sign what is deployed. Of a folder all files are signed but\n"
      "for .git, .gitignore, .gitattributes and .github.\n\n"
      "Example:\n"
      "  mdl sign runs/credit/model.safetensors --key signing.pem\n"
      "  mdl verify runs/credit/model.safetensors --key signing.pub.pem");
  return [flags] { return run_sign(*flags); };
}

}  // namespace mdl
