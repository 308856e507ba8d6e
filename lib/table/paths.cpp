#include "table/paths.h"

#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <new>

#include "base/error.h"

namespace mdl {
namespace {

constexpr const char* kMagic = "*?[";

[[noreturn]] void refuse(const std::string& pattern, const std::string& folder, int why) {
  fail("{}: the folder {} cannot be read: {}", pattern, folder, std::strerror(why));
}

std::vector<std::string> matches(const std::string& pattern) {
  thread_local std::string folder;  // that cannot be read
  thread_local int why;
  folder.clear();
  glob_t found = {};
  const int failed = glob(
      pattern.c_str(), 0,
      [](const char* path, int reason) {
        if (reason == ENOENT) return 0;
        folder = path;
        why = reason;
        return 1;
      },
      &found);
  std::vector<std::string> paths;
  if (failed == 0) paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  globfree(&found);
  if (failed == GLOB_NOSPACE) throw std::bad_alloc();
  if (!folder.empty()) refuse(pattern, folder, why);
  return paths;
}

/// glob() takes a folder that may be listed and not entered for one without such a file.
void expect_open_folders(const std::string& pattern) {
  for (size_t slash = pattern.find('/', pattern.find_first_of(kMagic)); slash != std::string::npos;
       slash = pattern.find('/', slash + 1)) {
    for (const std::string& path : matches(pattern.substr(0, slash))) {
      struct stat status = {};
      const bool folder = stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
      if (folder && access(path.c_str(), X_OK) != 0) refuse(pattern, path, errno);
    }
  }
}

}  // namespace

std::vector<std::string> expand(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const std::string& path : paths) {
    struct stat status = {};
    if (path.find_first_of(kMagic) == std::string::npos || stat(path.c_str(), &status) == 0) {
      out.push_back(path);
      continue;
    }
    expect_open_folders(path);
    const std::vector<std::string> found = matches(path);
    if (found.empty()) fail("{}: no file matches", path);
    out.insert(out.end(), found.begin(), found.end());
  }
  return out;
}

}  // namespace mdl
