// Finds numbers by their exact value.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "table/hashed_values.h"

namespace mdl {

class NumberIndex {
 public:
  NumberIndex() = default;
  /// In ascending order.
  explicit NumberIndex(std::vector<double> numbers) : numbers_(std::move(numbers)) {}
  /// Each hash that of a double's 8 bytes, little-endian, of which -0 is 0.
  explicit NumberIndex(HashedValues hashes) : hashes_(std::move(hashes)) {}

  size_t size() const { return hashes_ ? hashes_->size() : numbers_.size(); }
  bool empty() const { return size() == 0; }

  /// Empty where only their hashes are known.
  const std::vector<double>& numbers() const { return numbers_; }
  const HashedValues* hashes() const { return hashes_ ? &*hashes_ : nullptr; }

  /// The same index without the numbers.
  NumberIndex hashed() const;

  /// The position of `number`, or -1, as of NaN.
  int32_t find(double number) const {
    if (hashes_) return find_hashed(number);
    const auto found = std::ranges::lower_bound(numbers_, number);
    return found != numbers_.end() && *found == number ? static_cast<int32_t>(found - numbers_.begin()) : -1;
  }

 private:
  int32_t find_hashed(double number) const;

  std::vector<double> numbers_;
  std::optional<HashedValues> hashes_;
};

}  // namespace mdl
