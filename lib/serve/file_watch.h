// Whether files have become others.
#pragma once

#include <string>
#include <vector>

namespace mdl {

class FileWatch {
 public:
  /// Of the files as they are now; one that is not there is one, too.
  explicit FileWatch(std::vector<std::string> paths);

  /// Whether they are others than when this was made, or when it was last true, and have stayed so since the last call:
  /// one that is being written is left alone.
  bool changed();

 private:
  std::string look() const;

  std::vector<std::string> paths_;
  std::string known_, last_;
};

}  // namespace mdl
