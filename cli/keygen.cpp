#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/console.h"
#include "base/error.h"
#include "base/files.h"
#include "cli/commands.h"
#include "crypto/age_keys.h"
#include "crypto/signing_key.h"
#include "io/output.h"
#include "io/protection.h"

namespace mdl {
namespace {

struct KeygenFlags {
  std::string output;
  bool signing = false;
};

/// A new file that its owner alone can read.
class NewKeyFile {
 public:
  explicit NewKeyFile(const std::string& path) : path_(path) {
    descriptor_ = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor_ < 0 && errno == EEXIST) fail("{}: is there already; a key is not overwritten", path);
    if (descriptor_ < 0) fail("{}: cannot be created: {}", path, std::strerror(errno));
  }
  ~NewKeyFile() {
    close(descriptor_);
    if (!kept_) unlink(path_.c_str());
  }
  NewKeyFile(const NewKeyFile&) = delete;
  NewKeyFile& operator=(const NewKeyFile&) = delete;

  void write(std::string_view bytes) { write_to_descriptor(descriptor_, bytes, path_); }
  void keep() {
    if (fsync(descriptor_) != 0) fail("{}: cannot be written: {}", path_, std::strerror(errno));
    kept_ = true;
  }

 private:
  std::string path_;
  int descriptor_ = -1;
  bool kept_ = false;
};

/// Returns the public key.
std::string make_identity(NewKeyFile& file) {
  const AgeIdentity identity = AgeIdentity::generate();
  const std::string recipient = identity.recipient().text();
  file.write(fmt::format("# public key: {}\n", recipient));
  file.write(identity.text().view());
  file.write("\n");
  return recipient + "\n";
}

std::string make_signing_key(NewKeyFile& file) {
  const SigningKey key = SigningKey::generate();
  file.write(key.pem().view());
  return key.public_pem();
}

int run_keygen(const KeygenFlags& flags) {
  if (flags.output == "-") wrong_flags("a secret key is written to a file of its own only; name one with --output");
  keep_out_of_core_dumps();
  NewKeyFile file(flags.output);
  const std::string public_key = flags.signing ? make_signing_key(file) : make_identity(file);
  file.keep();
  OutputFile("-").write(public_key);
  return 0;
}

}  // namespace

Run setup_keygen(CLI::App& app) {
  const auto flags = std::make_shared<KeygenFlags>();
  app.add_option("--output", flags->output, "file for the secret key; must not exist yet")
      ->required()
      ->type_name("FILE");
  app.add_flag("--signing", flags->signing, "a key pair to sign models with instead: ECDSA on P-256, as PEM");
  app.footer(
      "Writes a secret key that opens what is encrypted to its public key, which is printed. The file is one of\n"
      "age-keygen's, readable by its owner alone.\n\n"
      "Examples:\n"
      "  mdl keygen --output key.txt\n"
      "  mdl keygen --signing --output signing.pem > signing.pub.pem");
  return [flags] { return run_keygen(*flags); };
}

}  // namespace mdl
