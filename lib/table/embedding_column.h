// A column of many categories: a row of an embedding that the network learns, one more for missing and unseen cells.
#pragma once

#include <string_view>

#include "table/column_inputs.h"
#include "table/value.h"

namespace mdl {

struct EmbeddingColumn {
  static const char* kind_name() { return "categorical"; }

  ValueIndex categories;

  ColumnInputs inputs() const { return {.indices = categories.size(), .embedding = true}; }
  int32_t index(std::string_view cell) const { return categories.find(cell); }
};

}  // namespace mdl
