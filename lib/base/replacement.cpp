#include "base/replacement.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <utility>

#include "base/error.h"

namespace mdl {
namespace {

constexpr std::string_view kMark = ".mdl-";  // so that nobody's "model.safetensors.backup" is taken for one of ours
constexpr size_t kRandom = 6;                // characters behind it
constexpr std::string_view kCharacters = "abcdefghijklmnopqrstuvwxyz012345";

std::string reason() { return std::strerror(errno); }

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash + 1);
}

/// A name beside `path` that nobody else has thought of.
std::string temporary_name(const std::string& path) {
  constexpr size_t kMost = 200;  // bytes of the file's own name: with the ending, no file system finds it too long
  const size_t begin = path.rfind('/') + 1;  // npos + 1 is 0
  std::string name = path.substr(0, begin + std::min(kMost, path.size() - begin));
  name += kMark;
  unsigned char random[kRandom] = {};
  if (getrandom(random, sizeof random, 0) != sizeof random) fail("{}: cannot be written: {}", path, reason());
  for (const unsigned char byte : random) name += kCharacters[byte % kCharacters.size()];
  return name;
}

std::string path_of_descriptor(int descriptor) { return fmt::format("/proc/self/fd/{}", descriptor); }

}  // namespace

Replacement::Replacement(int folder, std::string path, std::string name, std::optional<mode_t> mode)
    : folder_(folder), path_(std::move(path)), name_(std::move(name)), mode_(mode.value_or(0666)) {
  open_unnamed();
  if (descriptor_ < 0) open_named();
  if (descriptor_ < 0) fail("{}: cannot be written: {}", name_, reason());
  // A new file has the permissions that the mask of the process leaves, an old one keeps its own.
  if (mode) fchmod(descriptor_, *mode);
}

Replacement::~Replacement() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!temporary_.empty()) unlinkat(folder_, temporary_.c_str(), 0);
}

void Replacement::open_unnamed() {
  descriptor_ = openat(folder_, folder_of(path_).c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode_);
  if (descriptor_ < 0 || access(path_of_descriptor(descriptor_).c_str(), F_OK) == 0) return;
  close(descriptor_);  // without /proc it could not get a name
  descriptor_ = -1;
}

void Replacement::open_named() {
  do {
    temporary_ = temporary_name(path_);
    descriptor_ = openat(folder_, temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode_);
  } while (descriptor_ < 0 && errno == EEXIST);
  if (descriptor_ < 0) temporary_.clear();
}

/// A file without a name can get a new one, not take another's place.
void Replacement::link_to_name() {
  std::string name;
  int linked;
  do {
    name = temporary_name(path_);
    linked = linkat(AT_FDCWD, path_of_descriptor(descriptor_).c_str(), folder_, name.c_str(), AT_SYMLINK_FOLLOW);
  } while (linked != 0 && errno == EEXIST);
  if (linked != 0) fail("{}: cannot be written: {}", name_, reason());
  temporary_ = name;
}

void Replacement::commit() {
  if (fsync(descriptor_) != 0) fail("{}: cannot be written: {}", name_, reason());
  if (temporary_.empty()) link_to_name();
  if (close(std::exchange(descriptor_, -1)) != 0) fail("{}: cannot be written: {}", name_, reason());
  if (renameat(folder_, temporary_.c_str(), folder_, path_.c_str()) != 0)
    fail("{}: cannot be replaced: {}", name_, reason());
  temporary_.clear();
  const int directory = openat(folder_, folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return;
  const bool kept = fsync(directory) == 0 || errno == EINVAL;  // some file systems cannot sync a folder
  close(directory);
  if (!kept) fail("{}: cannot be written: {}", name_, reason());
}

bool is_temporary_of(const std::string& name, const std::string& file) {
  const std::string start = name + std::string(kMark);
  return file.size() == start.size() + kRandom && file.starts_with(start) &&
         file.find_first_not_of(kCharacters, start.size()) == std::string::npos;
}

}  // namespace mdl
