// When two cells are equal: the one equivalence of texts, for categories, class labels, groups, slices and null values,
// in training and in prediction.
//
//   Blanks around a text are no part of it (strip()).
//   Unicode is composed (NFC): an e with an accent behind it is an é. A text that is no UTF-8 stays its bytes.
//   A whole number may have zeros behind a point, and zero a sign: 1 = 1.0 = 1.000, -0.0 = 0. It is a matter of text,
//   exact at any size.
//   true and false may stand in any case where a column holds nothing else.
//   All else differs by its bytes: 1, 01, +1, 1. and 1e0 are five values, 0.5 and 0.50 two.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace mdl {

/// What all spellings of a value have in common, case of true and false apart: a view of the cell, or of `room`, or of
/// a literal.
std::string_view canonical(std::string_view cell, std::string& room);

/// For each of distinct spellings of a column, all that it holds, the position of the one that its value is named by:
/// the shortest, of equally long ones the first by their bytes. Empty: each is a value of its own.
std::vector<size_t> names_of_values(const std::vector<std::string>& spellings);

/// Whether two numbers (parse_number()) are one, exact where they have more digits than a double: -99.90 and -9.99e1.
bool same_number(std::string_view a, std::string_view b);

/// A spelling with what it is not seen by escaped: bytes beyond ASCII, where they are blanks around it or Unicode that
/// is not composed.
std::string quote_spelling(const std::string& spelling);

/// Finds values by any spelling. Where two are spellings of one value, as in models of old, those spellings are told
/// apart, and all others mean the first.
class ValueIndex {
 public:
  ValueIndex() = default;
  explicit ValueIndex(std::vector<std::string> values);

  const std::vector<std::string>& values() const { return values_; }

  /// The position of the value that `cell` spells, or -1.
  int32_t find(std::string_view cell) const {
    const int32_t known = dictionary_.find(cell, spellings_);
    return known != Dictionary::kNone ? value_of_[static_cast<size_t>(known)] : find_otherwise(cell);
  }

 private:
  void add(std::string_view spelling, size_t value);
  int32_t find_otherwise(std::string_view cell) const;

  std::vector<std::string> values_, spellings_;
  std::vector<int32_t> value_of_;  // by spelling
  Dictionary dictionary_;
  bool labels_ = false;  // the values are true and false, or one of them
};

}  // namespace mdl
