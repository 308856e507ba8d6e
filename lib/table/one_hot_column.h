// A column of few categories: an input for each, 1 in that of the cell, all 0 where it is missing or unseen. With
// robust scaling the categories' inputs are scaled as columns of numbers are, and two categories share one input.
#pragma once

#include <string_view>
#include <vector>

#include "table/categories.h"
#include "table/column_inputs.h"
#include "table/value.h"

namespace mdl {

struct OneHotColumn {
  static const char* kind_name() { return "categorical"; }

  ValueIndex categories;
  std::vector<float> encoding;  // [categories + 1, inputs], a row a category, the last for missing and unseen cells;
                                // empty: 0 and 1

  static OneHotColumn fit(Categories categories, const EncoderOptions& options);

  ColumnInputs inputs() const;
  int32_t index(std::string_view cell) const { return categories.find(cell); }
};

}  // namespace mdl
