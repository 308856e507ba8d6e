#include "crypto/key_file.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/signals.h"

namespace mdl {
namespace {

std::string reason() { return std::strerror(errno); }

void check_kind(int descriptor, const std::string& name) {
  struct stat status = {};
  if (fstat(descriptor, &status) != 0) fail("{}: cannot be read: {}", name, reason());
  const mode_t mode = status.st_mode;
  if (S_ISDIR(mode)) fail("{}: is a folder; a key file is expected", name);
  if (!S_ISREG(mode) && !S_ISFIFO(mode) && !S_ISSOCK(mode)) fail("{}: is a device; a key file is expected", name);
  // Secrets that a manager hands to a service are root's, and readable by the service's group: Kubernetes' with fsGroup,
  // systemd's credentials by an access control list, whose mask the group's bits are.
  const mode_t refused = status.st_uid == 0 && geteuid() != 0 ? 037 : 077;
  if (S_ISREG(mode) && (mode & refused) != 0) {
    fail("{}: others than its owner may read or change this key file (mode {:04o}); chmod 600 {}", name, mode & 07777,
         name);
  }
}

/// A FIFO that was opened without waiting has no bytes and no end before its writer has come.
void wait_for_bytes(int descriptor, const std::string& name) {
  pollfd waiting{descriptor, POLLIN, 0};
  while (poll(&waiting, 1, -1) < 0) {
    if (errno != EINTR) fail("{}: cannot be read: {}", name, reason());
    if (stop_signal() != 0) throw Interrupted(name);
  }
}

struct OpenDescriptor {
  ~OpenDescriptor() { close(descriptor); }
  int descriptor;
};

}  // namespace

Secret read_key_file(const std::string& path, size_t largest) {
  // Not waiting, so that no device or FIFO holds the program up before it is known for what it is.
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (descriptor < 0) fail("{}: cannot be opened: {}", path, reason());
  const OpenDescriptor closed_at_the_end{descriptor};
  return read_key_descriptor(descriptor, path, largest);
}

Secret read_key_descriptor(int descriptor, const std::string& name, size_t largest) {
  check_kind(descriptor, name);
  Secret buffer(std::min(largest, kLargestKeyFile) + 1);
  size_t size = 0;
  for (;;) {
    if (size > largest) fail("{}: is larger than {} KiB, which no key file is", name, largest >> 10);
    if (size == buffer.size()) {
      Secret larger(std::min(largest + 1, 2 * size));
      std::memcpy(larger.data(), buffer.data(), size);
      buffer = std::move(larger);
    }
    wait_for_bytes(descriptor, name);
    const ssize_t got = read(descriptor, buffer.data() + size, buffer.size() - size);
    if (got == 0) break;
    if (got > 0) {
      size += static_cast<size_t>(got);
    } else if (errno != EINTR && errno != EAGAIN) {
      fail("{}: cannot be read: {}", name, reason());
    } else if (stop_signal() != 0) {
      throw Interrupted(name);
    }
  }
  return Secret(buffer.view().substr(0, size));
}

bool holds_secret_key(std::string_view text) {
  constexpr std::string_view kIdentity = "age-secret-key-1", kPem = "private key-----";
  constexpr size_t kSome = 16;  // characters of a key behind the mark, which a file's name may hold, too
  const auto equal = [](char a, char b) { return a == b || (a >= 'A' && a <= 'Z' && (a | ('A' ^ 'a')) == b); };
  const auto found = std::ranges::search(text, kPem, equal);
  if (!found.empty()) return true;
  for (auto from = text.begin();;) {
    const auto mark = std::search(from, text.end(), kIdentity.begin(), kIdentity.end(), equal);
    if (mark == text.end()) return false;
    from = mark + kIdentity.size();
    const auto end = std::find_if_not(from, text.end(), [](unsigned char c) { return std::isalnum(c) != 0; });
    if (static_cast<size_t>(end - from) >= kSome) return true;
  }
}

}  // namespace mdl
