// A column as a model sees it: one of the kinds below. A kind is a file beside this one, with how it is fitted, what
// its cells become and what the network sees of them; a line in the list; and an overload in modelfile/column_part.h
// and in export/column_export.h, without which nothing compiles.
#pragma once

#include <concepts>
#include <string>
#include <variant>

#include "table/date_column.h"
#include "table/embedding_column.h"
#include "table/histogram.h"
#include "table/numeric_column.h"
#include "table/one_hot_column.h"
#include "table/set_column.h"
#include "table/text_column.h"

namespace mdl {

using ColumnEncoding = std::variant<NumericColumn, DateColumn, OneHotColumn, EmbeddingColumn, TextColumn, SetColumn>;

/// Kinds whose cells are numbers, kinds whose cells are categories, and kinds whose cells are bags (bags.h).
template <class Kind>
concept ReadsNumbers = requires(const Kind& kind, EncodedCell to) {
  kind.encode(0.0, Scaling(), to);
};
template <class Kind>
concept ReadsTexts = requires(const Kind& kind) {
  { kind.index("") } -> std::same_as<int32_t>;
};
template <class Kind>
concept ReadsBags = requires(const Kind& kind) {
  { kind.rows("") } -> std::same_as<std::vector<int32_t>>;
};

struct Feature {
  std::string name;
  ColumnEncoding kind;
  Histogram histogram;  // of the training rows

  const char* kind_name() const;
  ColumnInputs inputs() const;

  /// NaN is missing. Its cells are numbers.
  void encode(double number, Scaling scaling, EncodedCell to) const;

  /// How its cells are numbers; null where they are not.
  const NumericColumn* number() const;

  /// The categories that it knows; null where its cells are no categories.
  const ValueIndex* categories() const;
};

}  // namespace mdl
