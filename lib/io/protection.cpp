#include "io/protection.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <mutex>
#include <utility>

#include "base/error.h"
#include "base/files.h"
#include "base/signals.h"
#include "base/text.h"
#include "crypto/key_file.h"

namespace mdl {
namespace {

constexpr const char *kIdentityFile = "MDL_IDENTITY_FILE", *kIdentity = "MDL_IDENTITY";

AgeKeys held_keys;
std::atomic<bool> encrypted_input = false;
std::string first_encrypted_input;  // written once, before encrypted_input
std::once_flag noted;

void add_identities(const Secret& text, const std::string& name) {
  std::vector<AgeIdentity> identities = parse_age_identities(text.view(), name);
  std::move(identities.begin(), identities.end(), std::back_inserter(held_keys.identities));
}

/// The variable's value, which the environment has no longer.
Secret take_from_environment(const char* variable) {
  char* value = std::getenv(variable);
  if (value == nullptr) return {};
  Secret secret{std::string_view(value)};
  OPENSSL_cleanse(value, secret.size());
  unsetenv(variable);
  return secret;
}

/// Shows nothing of what is typed while it lives.
class SilentTerminal {
 public:
  explicit SilentTerminal(int terminal) : terminal_(terminal) {
    if (tcgetattr(terminal_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    changed_ = tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
  }
  ~SilentTerminal() {
    if (changed_) tcsetattr(terminal_, TCSAFLUSH, &before_);
  }
  SilentTerminal(const SilentTerminal&) = delete;
  SilentTerminal& operator=(const SilentTerminal&) = delete;

 private:
  int terminal_;
  termios before_{};
  bool changed_ = false;
};

struct Terminal {
  int descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC);
  ~Terminal() {
    if (descriptor >= 0) close(descriptor);
  }
};

constexpr size_t kLongestPassphrase = 4096;

/// A line, without its end. Throws Error and Interrupted.
Secret read_line(int descriptor, const std::string& name) {
  Secret line(kLongestPassphrase);
  for (size_t length = 0;;) {
    if (length == line.size()) fail("{}: the passphrase is longer than {} bytes", name, kLongestPassphrase);
    const ssize_t got = read(descriptor, line.data() + length, 1);
    if (got < 0 && errno == EINTR && stop_signal() == 0) continue;
    if (got < 0 && errno == EINTR) throw Interrupted(name);
    if (got < 0) fail("{}: cannot be read: {}", name, std::strerror(errno));
    if (got == 0 || line.data()[length] == '\n') return Secret(line.view().substr(0, length));
    ++length;
  }
}

Secret type_passphrase(int terminal, const std::string& prompt) {
  write_to_descriptor(terminal, prompt + ": ", "the terminal");
  const SilentTerminal silent(terminal);
  Secret typed = read_line(terminal, "the terminal");
  write_to_descriptor(terminal, "\n", "the terminal");
  return typed;
}

}  // namespace

void keep_out_of_core_dumps() {
  prctl(PR_SET_DUMPABLE, 0);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
}

void take_keys(const KeySources& sources) {
  const bool some = !sources.identity_files.empty() || sources.identity_descriptor ||
                    std::getenv(kIdentityFile) != nullptr || std::getenv(kIdentity) != nullptr;
  if (some) keep_out_of_core_dumps();
  const Secret from_environment = take_from_environment(kIdentity);
  held_keys = {};
  if (!sources.identity_files.empty()) {
    for (const std::string& file : sources.identity_files) add_identities(read_key_file(file), file);
  } else if (sources.identity_descriptor) {
    const std::string name = fmt::format("--identity-fd {}", *sources.identity_descriptor);
    add_identities(read_key_descriptor(*sources.identity_descriptor, name), name);
  } else if (const char* file = std::getenv(kIdentityFile); file != nullptr && *file != '\0') {
    add_identities(read_key_file(file), fmt::format("{} (from {})", file, kIdentityFile));
  } else if (!from_environment.empty()) {
    add_identities(from_environment, kIdentity);
  }
  // What a descriptor holds is read once, for all files.
  const auto from_descriptor = std::make_shared<std::optional<Secret>>();
  held_keys.passphrase = [descriptor = sources.passphrase_descriptor, from_descriptor] {
    if (!descriptor) return ask_passphrase("passphrase", /*new_one=*/false, descriptor);
    if (!*from_descriptor) *from_descriptor = ask_passphrase("", /*new_one=*/false, descriptor);
    return Secret((*from_descriptor)->view());
  };
}

const AgeKeys& keys() { return held_keys; }

Protection& protection() {
  static Protection protection;
  return protection;
}

void note_encrypted_input(const std::string& name) {
  std::call_once(noted, [&] {
    keep_out_of_core_dumps();
    first_encrypted_input = name;
    hide_cells();
    encrypted_input = true;
  });
}

bool has_encrypted_input() { return encrypted_input; }

void expect_clear_is_allowed(const std::string& name) {
  if (!encrypted_input || protection().plaintext_output) return;
  fail(
      "{}: would be written in clear, and {} is encrypted; encrypt it to someone with --recipient (in a config "
      "protect.recipients), or say --plaintext-output",
      name, first_encrypted_input);
}

Secret ask_passphrase(const std::string& prompt, bool new_one, std::optional<int> descriptor) {
  keep_out_of_core_dumps();
  if (descriptor) return read_line(*descriptor, fmt::format("--passphrase-fd {}", *descriptor));
  const Terminal terminal;
  if (terminal.descriptor < 0)
    fail("a passphrase is needed, and there is no terminal to ask for it; give it with --passphrase-fd N");
  Secret passphrase = type_passphrase(terminal.descriptor, prompt);
  if (new_one && type_passphrase(terminal.descriptor, prompt + " again").view() != passphrase.view())
    fail("the two passphrases differ; nothing was written");
  return passphrase;
}

}  // namespace mdl
