// A file that takes the place of another whole, or not at all.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace mdl {

/// A new file that gets its name at commit(). Until then it has none, so that nothing is left of it however the program
/// ends; where the file system knows no files without a name it is NAME.mdl-xxxxxx in the same folder
/// (is_temporary_of), which the destructor removes.
class Replacement {
 public:
  /// Of the file at `path`, relative to the folder that is open as `folder` (AT_FDCWD: the current one); messages call
  /// it `name`. `mode` are its permissions; else those of a new file. Throws Error.
  Replacement(int folder, std::string path, std::string name, std::optional<mode_t> mode);
  ~Replacement();
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;

  /// To write to.
  int descriptor() const { return descriptor_; }

  /// Has the bytes on the disk, then puts them in the place of what is called so, a link and not what it points to,
  /// then has that on the disk. Throws Error; then all is as it was.
  void commit();

 private:
  void open_unnamed();
  void open_named();
  void link_to_name();

  int folder_;
  std::string path_, name_;
  mode_t mode_;
  std::string temporary_;  // empty: it has no name
  int descriptor_ = -1;
};

/// Whether a file of this name is what a killed program left of a Replacement of `name`.
bool is_temporary_of(const std::string& name, const std::string& file);

}  // namespace mdl
