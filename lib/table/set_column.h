// A column of sets, whose cells list elements between separators: red;blue. Each is a bag of the rows of its elements
// in
// a learned table; an element that training did not keep falls away.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "table/column.h"
#include "table/column_inputs.h"
#include "table/histogram.h"
#include "table/value.h"

namespace mdl {

struct EncoderOptions;

struct SetColumn {
  ValueIndex elements;
  char separator = ';';

  static const char* kind_name() { return "set"; }

  /// Nothing when the column tells nothing. The histogram is that of the number of elements.
  static std::optional<SetColumn> fit(const Column& column, char separator, std::span<const uint32_t> train,
                                      const EncoderOptions& options, Histogram& histogram);

  ColumnInputs inputs() const { return {.indices = elements.size(), .bag = true}; }

  /// The rows of the elements that are known, each once.
  std::vector<int32_t> rows(std::string_view cell) const;

  /// How many elements the cell has, known or not.
  size_t size(std::string_view cell) const;
};

/// The separator of a column of texts that are plainly sets in the training rows: one of ; and | that stands in at
/// least
/// a tenth of the different texts, with no element of more than three words, and of the elements at most half as many
/// as
/// texts and all but one in twenty mentions of one that several texts have. Else nothing.
std::optional<char> separator_of_sets(const Column& column, std::span<const uint32_t> train);

}  // namespace mdl
