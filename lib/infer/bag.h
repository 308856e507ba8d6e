// The embedding of a bag (table/bags.h).
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "table/bags.h"

namespace mdl::infer {

/// `table` [rows, width], `out` [width].
template <class T>
void embed_bag(std::span<const int32_t> bag, const T* table, int64_t width, T* out) {
  std::fill_n(out, width, T(0));
  for (const int32_t element : bag) {
    const T* row = table + element * width;
    for (int64_t k = 0; k < width; ++k) out[k] += row[k];
  }
  const auto factor = static_cast<T>(bag_factor(static_cast<int64_t>(bag.size())));
  for (int64_t k = 0; k < width; ++k) out[k] *= factor;
}

}  // namespace mdl::infer
