// Cells that are bags, as texts are of n-grams and sets of elements: of each distinct one the rows of a learned table,
// whose sum is the cell's embedding, divided by the root of their number.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace mdl {

/// Bag b has the rows elements[offsets[b]] to elements[offsets[b + 1]] of its column's table, ascending, one as often
/// as
/// the cell has it; bag 0, of missing cells, row 0. None is empty. An encoded row has -1 - b as its index.
struct Bags {
  std::vector<int32_t> elements = {0};
  std::vector<int64_t> offsets = {0, 1};

  size_t count() const { return offsets.size() - 1; }

  std::span<const int32_t> bag(size_t b) const {
    return std::span(elements).subspan(static_cast<size_t>(offsets[b]),
                                       static_cast<size_t>(offsets[b + 1] - offsets[b]));
  }
  std::span<const int32_t> bag_of_index(int32_t index) const { return bag(static_cast<size_t>(-1 - int64_t{index})); }

  /// The index of a new bag; of one without rows that of missing cells.
  int32_t add(std::vector<int32_t> rows) {
    std::ranges::sort(rows);
    return add_sorted(rows);
  }
  int32_t add_sorted(std::span<const int32_t> rows) {
    if (rows.empty()) return -1;
    elements.insert(elements.end(), rows.begin(), rows.end());
    offsets.push_back(static_cast<int64_t>(elements.size()));
    return static_cast<int32_t>(-static_cast<int64_t>(count()));
  }

  /// Lets go of the bags behind the first so many.
  void shrink(size_t bags) {
    offsets.resize(bags + 1);
    elements.resize(static_cast<size_t>(offsets.back()));
  }
};

/// What a table's rows are multiplied by where a bag has so many.
inline double bag_factor(int64_t rows) { return 1 / std::sqrt(static_cast<double>(rows)); }

}  // namespace mdl
