#include "serve/file_watch.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <utility>

namespace mdl {

FileWatch::FileWatch(std::vector<std::string> paths) : paths_(std::move(paths)), known_(look()), last_(known_) {}

bool FileWatch::changed() {
  std::string now = look();
  const bool settled = now == last_;
  last_ = std::move(now);
  if (!settled || last_ == known_) return false;
  known_ = last_;
  return true;
}

std::string FileWatch::look() const {
  std::string state;
  for (const std::string& path : paths_) {
    struct stat file = {};
    if (stat(path.c_str(), &file) != 0) {
      state += "none ";
    } else {
      state += fmt::format("{} {} {} {}.{} ", file.st_dev, file.st_ino, file.st_size, file.st_mtim.tv_sec,
                           file.st_mtim.tv_nsec);
    }
  }
  return state;
}

}  // namespace mdl
