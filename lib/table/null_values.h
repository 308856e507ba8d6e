// The spellings of "missing", asked once a cell.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace mdl {

/// A cell is missing that says the same as one of the spellings (value.h), or is the same number as one that is a
/// number: -999 means -999.0 and -9.99e2, too.
class NullValues {
 public:
  explicit NullValues(const std::vector<std::string>& spellings);

  bool contain(std::string_view cell) const {
    cell = strip(cell);
    return begins_[first_byte(cell)] && is_one(cell);
  }

 private:
  struct Number {
    double value;
    std::string text;
  };

  /// No cell holds a NUL, so that it stands for the end.
  static unsigned char first_byte(std::string_view text) {
    return text.empty() ? 0 : static_cast<unsigned char>(text[0]);
  }
  bool is_one(std::string_view cell) const;

  std::vector<std::string> texts_;     // canonical
  std::vector<Number> numbers_;        // those that are numbers
  std::array<bool, 256> begins_ = {};  // whether what is missing may begin with the byte
};

}  // namespace mdl
