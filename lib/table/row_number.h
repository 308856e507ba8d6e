// Columns that number a table's rows: they tell nothing of new rows, and of the old ones too much where these were
// sorted.
#pragma once

#include "table/dataset.h"

namespace mdl {

enum class Numbering { kNone, kPerhaps, kRows };

/// Whether `column` numbers the rows of `table`. It does where it is called as pandas calls an index that it writes
/// (__index_level_0__, Unnamed: 0) and holds whole numbers; or where its whole numbers, in any order, from any start
/// and with gaps, are each there once though so dense that as many drawn by chance would hold some twice: at least one
/// in ten of the numbers between the lowest and the highest, and n^2 / (2 range), the pairs to be expected, 10 or more.
/// So 20 rows do without gaps, 100 where four of five numbers are missing. Fewer rows without a gap: perhaps. Of
/// several files each may count for itself.
Numbering numbering_of(const Column& column, const Dataset& table);

}  // namespace mdl
