#include "base/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/error.h"
#include "base/files.h"
#include "base/replacement.h"

namespace mdl {
namespace {

std::string reason() { return std::strerror(errno); }

}  // namespace

Folder::Folder(std::string path)
    : path_(std::move(path)), descriptor_(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (descriptor_ < 0) fail("{}: cannot be opened: {}", path_, reason());
}

Folder::~Folder() { close(descriptor_); }

void Folder::lock() {
  if (flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  fail("{}: is in use by another run; choose another folder with --output", path_);
}

Folder::Entry Folder::find(const std::string& name) const {
  struct stat status = {};
  if (fstatat(descriptor_, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
    return S_ISREG(status.st_mode) ? Entry::kFile : Entry::kOther;
  if (errno != ENOENT) fail("{}: cannot be accessed: {}", path(name), reason());
  return Entry::kNothing;
}

std::string Folder::read_start(const std::string& name, size_t limit) const {
  // Without waiting for whoever may write to a FIFO.
  const int file = openat(descriptor_, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat status = {};
  if (file < 0 && errno == ELOOP) fail("{}: is a link; a file is expected", path(name));
  if (file < 0) fail("{}: cannot be opened: {}", path(name), reason());
  const struct Closing {
    int file;
    ~Closing() { close(file); }
  } closing{file};
  if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) fail("{}: is no file", path(name));
  std::string bytes(std::min(limit, static_cast<size_t>(status.st_size)), '\0');
  for (size_t got = 0; got < bytes.size();) {
    const ssize_t more = ::read(file, bytes.data() + got, bytes.size() - got);
    if (more < 0 && errno != EINTR) fail("{}: cannot be read: {}", path(name), reason());
    if (more == 0) bytes.resize(got);
    if (more > 0) got += static_cast<size_t>(more);
  }
  return bytes;
}

void Folder::write(const std::string& name, std::string_view bytes, ByteFilter* filter) const {
  struct stat status = {};
  const bool there = fstatat(descriptor_, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
  if (there && !S_ISREG(status.st_mode))
    fail("{}: is {}, which is not replaced", path(name), S_ISLNK(status.st_mode) ? "a link" : "no file");
  Replacement file(descriptor_, name, path(name), there ? std::optional(status.st_mode & kPermissions) : std::nullopt);
  constexpr size_t kPiece = 1 << 20;
  std::string filtered;
  for (bool last = filter == nullptr; !last;) {
    const std::string_view piece = bytes.substr(0, kPiece);
    bytes.remove_prefix(piece.size());
    last = bytes.empty();
    filtered.clear();
    filter->filter(piece, last, filtered);
    write_to_descriptor(file.descriptor(), filtered, path(name));
  }
  write_to_descriptor(file.descriptor(), bytes, path(name));
  file.commit();
}

int Folder::open_to_append(const std::string& name, size_t keep) const {
  constexpr mode_t kNewFile = 0666;
  const int file = openat(descriptor_, name.c_str(),
                          O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, kNewFile);
  if (file < 0 && errno == ELOOP) fail("{}: is a link, which is not written to", path(name));
  struct stat status = {};
  if (file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
      ftruncate(file, static_cast<off_t>(keep)) == 0)
    return file;
  const std::string why = reason();
  if (file >= 0) close(file);
  fail("{}: cannot be written: {}", path(name), why);
}

void Folder::remove(const std::string& name) const {
  if (unlinkat(descriptor_, name.c_str(), 0) != 0 && errno != ENOENT)
    fail("{}: cannot be removed: {}", path(name), reason());
}

void Folder::remove_temporaries_of(const std::vector<std::string>& names) const {
  const int listed = openat(descriptor_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(listed < 0 ? nullptr : fdopendir(listed), closedir);
  if (entries == nullptr) return;
  while (const dirent* entry = readdir(entries.get())) {
    const std::string file = entry->d_name;
    const bool left = std::any_of(names.begin(), names.end(),
                                  [&](const std::string& name) { return is_temporary_of(name, file); });
    if (left && find(file) == Entry::kFile) unlinkat(descriptor_, file.c_str(), 0);
  }
}

}  // namespace mdl
