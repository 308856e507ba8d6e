#include "table/unseen.h"

#include <algorithm>

namespace mdl {

void add_unseen(std::vector<UnseenCells>& to, const std::vector<UnseenCells>& from) {
  if (to.empty()) to.resize(from.size());
  for (size_t i = 0; i < from.size(); ++i) {
    const int64_t cells = to[i].cells, unseen = to[i].unseen;
    to[i] = from[i];
    to[i].cells += cells;
    to[i].unseen += unseen;
  }
}

}  // namespace mdl
