#include "base/files.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/error.h"
#include "base/signals.h"

namespace mdl {
namespace {

std::string reason() { return std::strerror(errno); }

class Descriptor final : public ByteSource {
 public:
  Descriptor(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}
  ~Descriptor() override {
    if (descriptor_ > STDERR_FILENO) close(descriptor_);
  }

  size_t read(char* to, size_t size) override {
    for (;;) {
      if (stop_signal() != 0) throw Interrupted(name_);
      const ssize_t got = ::read(descriptor_, to, size);
      if (got >= 0) return static_cast<size_t>(got);
      if (errno != EINTR) fail("{}: cannot be read: {}", name_, reason());
    }
  }

  bool would_wait() override {
    pollfd waiting{descriptor_, POLLIN, 0};
    return poll(&waiting, 1, 0) == 0;
  }

 private:
  int descriptor_;
  std::string name_;
};

/// open(), which waits at a FIFO for its other side. Throws Interrupted.
int open_waiting(const std::string& path, int flags) {
  for (;;) {
    const int descriptor = open(path.c_str(), flags | O_CLOEXEC);
    if (descriptor >= 0 || errno != EINTR) return descriptor;
    if (stop_signal() != 0) throw Interrupted(path);
  }
}

}  // namespace

std::string input_name(const std::string& path) { return path == "-" ? "standard input" : path; }

std::unique_ptr<ByteSource> open_stored(const std::string& path) {
  if (path == "-") return std::make_unique<Descriptor>(STDIN_FILENO, input_name(path));
  const int descriptor = open_waiting(path, O_RDONLY);
  if (descriptor < 0) fail("{}: cannot be opened: {}", path, reason());
  auto source = std::make_unique<Descriptor>(descriptor, path);
  struct stat status = {};
  if (fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) fail("{}: is a folder; a file is expected", path);
  return source;
}

int open_for_writing(const std::string& path) { return open_waiting(path, O_WRONLY); }

void write_to_descriptor(int descriptor, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::write(descriptor, bytes.data(), bytes.size());
    if (wrote >= 0) {
      bytes.remove_prefix(static_cast<size_t>(wrote));
    } else if (errno == EPIPE) {
      throw ClosedPipe(name);
    } else if (errno != EINTR) {
      fail("{}: cannot be written: {}", name, reason());
    } else if (stop_signal() != 0) {
      throw Interrupted(name);
    }
  }
}

bool is_there(const std::string& path) {
  struct stat status = {};
  if (stat(path.c_str(), &status) == 0) return true;
  if (errno != ENOENT && errno != ENOTDIR && errno != ENAMETOOLONG) fail("{}: cannot be accessed: {}", path, reason());
  return false;
}

void make_folders(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) fail("{}: cannot be created: {}", path, error.message());
}

}  // namespace mdl
