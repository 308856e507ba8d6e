// A folder that is held open: its files are found by their names in it, whatever becomes of its path, and never through
// a link.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_filter.h"

namespace mdl {

class Folder {
 public:
  /// Throws Error when it cannot be opened.
  explicit Folder(std::string path);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  // For messages.
  const std::string& path() const { return path_; }
  std::string path(const std::string& name) const { return path_ + "/" + name; }

  /// Keeps other processes from locking it; the lock ends with the process, however that ends. File systems that know
  /// no locks grant it to all. Throws Error when another process has it.
  void lock();

  enum class Entry { kNothing, kFile, kOther };  // other: a folder, a link, a device
  Entry find(const std::string& name) const;

  /// The first `limit` bytes of a file, or all of it. Throws Error when it is none or cannot be read.
  std::string read_start(const std::string& name, size_t limit) const;
  std::string read(const std::string& name) const { return read_start(name, SIZE_MAX); }

  /// Replaces the file, or makes it; the bytes go through `filter` where there is one. Throws Error when something else
  /// is called so, or it cannot be written.
  void write(const std::string& name, std::string_view bytes, ByteFilter* filter = nullptr) const;

  /// Opens the file, cut to its first `keep` bytes, to append to, or makes it. Throws Error when something else is
  /// called
  /// so, or it cannot be written.
  int open_to_append(const std::string& name, size_t keep) const;

  /// Removes the file, if it is there. Throws Error.
  void remove(const std::string& name) const;

  /// Removes what a killed program left of such files (replacement.h); for the process that has the lock.
  void remove_temporaries_of(const std::vector<std::string>& names) const;

 private:
  std::string path_;
  int descriptor_;
};

}  // namespace mdl
