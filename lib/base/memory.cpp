#include "base/memory.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>

namespace mdl {
namespace {

/// The number in the file; `otherwise` where there is none, as "max".
int64_t number_in(const std::string& path, int64_t otherwise) {
  std::ifstream file(path);
  int64_t number = 0;
  return file >> number && number > 0 ? number : otherwise;
}

}  // namespace

int64_t memory_limit() {
  int64_t least = int64_t{sysconf(_SC_PHYS_PAGES)} * int64_t{sysconf(_SC_PAGESIZE)};
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {  // "0::/path" of version 2, "4:memory:/path" of version 1
    const size_t kinds = line.find(':'), path = line.find(':', kinds + 1);
    if (kinds == std::string::npos || path == std::string::npos) continue;
    const std::string kind = line.substr(kinds + 1, path - kinds - 1);
    const bool second = kind.empty(), first = ("," + kind + ",").find(",memory,") != std::string::npos;
    if (!first && !second) continue;
    // Inside a container the path may be that of the machine, and the files lie at the top.
    for (std::string group = line.substr(path + 1);; group.resize(group.find_last_of('/'))) {
      least = std::min(least, second ? number_in("/sys/fs/cgroup" + group + "/memory.max", least)
                                     : number_in("/sys/fs/cgroup/memory" + group + "/memory.limit_in_bytes", least));
      if (group.find('/') == std::string::npos) break;
    }
  }
  return least;
}

}  // namespace mdl
