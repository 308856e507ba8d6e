// Bytes that are put on the disk while the program runs, in place of memory: a file without a name, which is gone with
// the program, however it ends.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/secret.h"

namespace mdl {

/// What lies in the file is encrypted (AES-256-CTR) under a random key that is in memory alone. Each place is written
/// once. All functions throw Error, and any thread may call them.
class ScratchFile {
 public:
  /// In `folder`, or the nearest folder above it that is there.
  explicit ScratchFile(std::string folder);
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  const std::string& folder() const { return folder_; }

  /// A place at the end of what was reserved before.
  uint64_t reserve(uint64_t size) { return end_.fetch_add(size); }
  uint64_t reserved() const { return end_; }

  void write(uint64_t offset, std::string_view bytes);
  void read(uint64_t offset, char* to, size_t size) const;

  /// Gives the bytes' room on the disk back, as far as the file system can.
  void release(uint64_t offset, uint64_t size);

 private:
  std::string folder_;
  int descriptor_ = -1;
  Secret key_;
  std::atomic<uint64_t> end_ = 0;
};

}  // namespace mdl
