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
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "table/hashed_values.h"

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
  /// Of `size` values whose spellings are hashed: first that by which each is named, then others, of which
  /// `further_values` says whose they are.
  ValueIndex(size_t size, HashedValues spellings, std::span<const int64_t> further_values);

  size_t size() const { return size_; }

  /// Empty where only hashes of their spellings are known.
  const std::vector<std::string>& values() const { return values_; }
  const HashedValues* hashes() const { return hashes_ ? &*hashes_ : nullptr; }

  /// Of the spellings beyond those that name the values: whose they are.
  std::span<const int32_t> further_values() const { return std::span(value_of_).subspan(size_); }

  /// The same index without the values.
  ValueIndex hashed() const;

  /// The position of the value that `cell` spells, or -1.
  int32_t find(std::string_view cell) const {
    const int32_t known = spelling(cell);
    return known != Dictionary::kNone ? value_of_[static_cast<size_t>(known)] : find_otherwise(cell);
  }

 private:
  void add(std::string_view spelling, size_t value);
  int32_t spelling(std::string_view text) const {
    return hashes_ ? hashes_->find(text) : dictionary_.find(text, spellings_);
  }
  int32_t find_otherwise(std::string_view cell) const;

  size_t size_ = 0;
  std::vector<std::string> values_, spellings_;
  std::vector<int32_t> value_of_;       // by spelling
  Dictionary dictionary_;               // of the spellings
  std::optional<HashedValues> hashes_;  // in place of values and spellings
};

}  // namespace mdl
