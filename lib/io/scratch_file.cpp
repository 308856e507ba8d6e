#include "io/scratch_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

#include "base/error.h"
#include "crypto/primitives.h"

namespace mdl {
namespace {

constexpr size_t kAtOnce = 1 << 20;

/// Where the file system knows no files without a name: one that loses its name at once.
int open_and_remove(const std::string& folder) {
  std::string path = folder + "/.mdl-cache-XXXXXX";
  const int descriptor = mkostemp(path.data(), O_CLOEXEC);
  if (descriptor >= 0) unlink(path.c_str());
  return descriptor;
}

}  // namespace

ScratchFile::ScratchFile(std::string folder) : key_(random_secret(32)) {
  std::filesystem::path there = folder.empty() ? "." : folder;
  std::error_code unknown;
  while (!there.empty() && !std::filesystem::is_directory(there, unknown)) there = there.parent_path();
  folder_ = there.empty() ? "." : there.string();
  descriptor_ = open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor_ < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
    descriptor_ = open_and_remove(folder_);
  if (descriptor_ < 0) fail("{}: no cache can be made there: {}", folder_, std::strerror(errno));
}

ScratchFile::~ScratchFile() { close(descriptor_); }

void ScratchFile::write(uint64_t offset, std::string_view bytes) {
  std::vector<char> encrypted(std::min(bytes.size(), kAtOnce));
  while (!bytes.empty()) {
    const std::string_view piece = bytes.substr(0, kAtOnce);
    aes256_ctr(key_, offset, piece, encrypted.data());
    for (size_t done = 0; done < piece.size();) {
      const ssize_t wrote = pwrite(descriptor_, encrypted.data() + done, piece.size() - done,
                                   static_cast<off_t>(offset + done));
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote <= 0) {
        fail("{}: the cache of the table cannot be written there: {}; it takes {} MB so far", folder_,
             std::strerror(wrote < 0 ? errno : ENOSPC), (offset + done) / 1'000'000);
      }
      done += static_cast<size_t>(wrote);
    }
    offset += piece.size();
    bytes.remove_prefix(piece.size());
  }
}

void ScratchFile::read(uint64_t offset, char* to, size_t size) const {
  while (size > 0) {
    const ssize_t got = pread(descriptor_, to, std::min(size, kAtOnce), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0)
      fail("{}: the cache of the table cannot be read: {}", folder_, got < 0 ? std::strerror(errno) : "it ends");
    aes256_ctr(key_, offset, {to, static_cast<size_t>(got)}, to);
    offset += static_cast<uint64_t>(got);
    to += got;
    size -= static_cast<size_t>(got);
  }
}

void ScratchFile::release(uint64_t offset, uint64_t size) {
  fallocate(descriptor_, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(offset),
            static_cast<off_t>(size));
}

}  // namespace mdl
