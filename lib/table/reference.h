// A typical row, with which others are compared: the training rows' medians and most frequent categories.
#pragma once

#include <cstdint>
#include <span>

#include "table/encoder.h"

namespace mdl {

/// A feature's cell of that row, as Encoder::reference has it. Of numbers the lower median of the rows `train`, without
/// missing cells; where fewer than `fewest` rows share it, a number of few digits above it that no row has. Of others
/// the most frequent index, and none of texts and sets; -1 also where as many rows or more are missing or of categories
/// that the model does not keep.
double reference_cell(const Feature& feature, const Column& column, std::span<const uint32_t> train, size_t fewest);

/// The row, encoded: of an encoder that has one.
EncodedRows reference_row(const Encoder& encoder);

}  // namespace mdl
