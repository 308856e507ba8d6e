// A folder whose files are encrypted where the process encrypts what it writes: FILE lies there as FILE.age.
#pragma once

#include <string>
#include <string_view>

#include "base/folder.h"

namespace mdl {

class ProtectedFolder {
 public:
  /// Throws Error when it cannot be opened.
  explicit ProtectedFolder(std::string path) : folder_(std::move(path)) {}

  /// The files as they lie there.
  Folder& stored() { return folder_; }
  const Folder& stored() const { return folder_; }

  // For messages.
  const std::string& path() const { return folder_.path(); }
  std::string path(const std::string& name) const { return folder_.path(stored_name(name)); }

  Folder::Entry find(const std::string& name) const { return folder_.find(stored_name(name)); }

  /// A file's bytes, decrypted. Where files are encrypted one that is not is refused. Throws Error.
  std::string read(const std::string& name) const;

  /// Replaces the file, or makes it. Returns the SHA-256 of what lies there then. Throws Error, also when it would be in
  /// clear and must not (protection.h).
  std::string write(const std::string& name, std::string_view bytes) const;

  /// Whether files are encrypted.
  static bool encrypts();

  /// Whether the file lies there under the other name: in clear where files are encrypted, else encrypted.
  bool has_other(const std::string& name) const;

  /// Removes what lies there under the other name, with its signature.
  void remove_other(const std::string& name) const;

  /// FILE, or FILE.age.
  static std::string stored_name(const std::string& name);

 private:
  Folder folder_;
};

}  // namespace mdl
