// Views of texts and bytes as plain arrays. Arrow's cast follows the views of nulls, too, which may point anywhere.
#pragma once

#include <arrow/array/array_binary.h>
#include <arrow/array/builder_binary.h>

#include <memory>
#include <string>

#include "arrow/check.h"

namespace mdl {

/// `cells`, where they are no views.
inline std::shared_ptr<arrow::Array> without_views(const std::shared_ptr<arrow::Array>& cells,
                                                   const std::string& where) {
  if (!arrow::is_binary_view_like(cells->type_id())) return cells;
  const auto& views = static_cast<const arrow::BinaryViewArray&>(*cells);
  arrow::LargeBinaryBuilder builder;
  for (int64_t i = 0; i < views.length(); ++i)
    check(views.IsNull(i) ? builder.AppendNull() : builder.Append(views.GetView(i)), where);
  return checked(builder.Finish(), where);
}

}  // namespace mdl
