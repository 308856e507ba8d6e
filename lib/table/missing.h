// The spellings of "missing", asked once a cell.
#pragma once

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace mdl {

class MissingSpellings {
 public:
  explicit MissingSpellings(std::vector<std::string> spellings) : spellings_(std::move(spellings)) {
    for (std::string& spelling : spellings_) {
      spelling = trim(spelling);
      begins_[first_byte(spelling)] = true;
    }
  }

  /// Compared without the spaces around both.
  bool contain(std::string_view cell) const {
    cell = trim(cell);
    return begins_[first_byte(cell)] && std::find(spellings_.begin(), spellings_.end(), cell) != spellings_.end();
  }

 private:
  /// No cell holds a NUL, so that it stands for the end.
  static unsigned char first_byte(std::string_view text) { return text.empty() ? 0 : static_cast<unsigned char>(text[0]); }

  std::vector<std::string> spellings_;
  std::array<bool, 256> begins_ = {};  // whether a spelling begins with the byte
};

}  // namespace mdl
