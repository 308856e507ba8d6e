// Numbers whose exact value tells of the target what their size does not: codes of occupations, amounts that a rule
// sets. A network takes near numbers for alike; with a row of an embedding each, such values need not be.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "table/column.h"
#include "table/target.h"

namespace mdl {

/// The values of a column of numbers, ascending, where they deserve a row of an embedding each; else nothing.
///
/// The mean of the target (of each class's indicator) over the rows of a value is held against a smooth curve: the
/// means of 20 bins of as many rows each, linear between their middles. Of the values that have 20 training rows or
/// more, the squares that the curve leaves over and the values' own means do not, by their degrees of freedom, are
/// compared with what is left within the values (an F ratio). An embedding needs 20 such values, half of the rows among
/// them, a ratio of 10, that the curve misses a fifth or more of what the column tells, and no more than 4,096 values
/// in all. Values of fewer than `fewest` rows get none.
std::vector<double> select_value_embeddings(const Column& column, std::span<const uint32_t> train,
                                            const TargetValues& labels, size_t fewest = 1);

}  // namespace mdl
