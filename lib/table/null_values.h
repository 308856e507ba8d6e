// The spellings of "missing", asked once a cell.
#pragma once

#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "table/records.h"

namespace mdl {

/// A cell is missing that says the same as one of the spellings (value.h), or is the same number as one that is a
/// number: -999 means -999.0 and -9.99e2, too.
class NullValues {
 public:
  NullValues() = default;
  explicit NullValues(std::vector<std::string> spellings);

  const std::vector<std::string>& spellings() const { return spellings_; }

  bool contain(std::string_view cell) const {
    cell = strip(cell);
    return begins_[first_byte(cell)] && is_one(cell);
  }

  bool contain(const Cell& cell) const {
    switch (cell.type) {
      case Cell::Type::kText: return contain(cell.text);
      case Cell::Type::kNumber: return std::isnan(cell.number) || (!numbers_.empty() && contain(shortest(cell.number)));
      case Cell::Type::kMissing: break;
    }
    return true;
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

  std::vector<std::string> spellings_;
  std::vector<std::string> texts_;     // canonical
  std::vector<Number> numbers_;        // those that are numbers
  std::array<bool, 256> begins_ = {};  // whether what is missing may begin with the byte
};

}  // namespace mdl
