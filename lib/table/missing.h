// The spellings of "missing", asked once a cell.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace mdl {

class MissingSpellings {
 public:
  explicit MissingSpellings(std::vector<std::string> spellings) : spellings_(std::move(spellings)) {
    for (const std::string& spelling : spellings_) longest_ = std::max(longest_, spelling.size());
  }

  /// Compared without the spaces around the cell.
  bool contain(std::string_view cell) const {
    cell = trim(cell);
    return cell.size() <= longest_ && std::find(spellings_.begin(), spellings_.end(), cell) != spellings_.end();
  }

 private:
  std::vector<std::string> spellings_;
  size_t longest_ = 0;
};

}  // namespace mdl
