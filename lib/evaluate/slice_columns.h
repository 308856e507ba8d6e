// What a table is to be sliced by: columns as --slice and gates name them.
#pragma once

#include <string>
#include <vector>

#include "metrics/gate.h"
#include "table/records.h"

namespace mdl {

/// A column that rows are grouped by.
struct SliceColumn {
  std::string name;
  std::vector<std::string> cuts;  // as typed: groups are the intervals between them; none: each value is one, or many
                                  // numbers are cut by their quantiles
  bool every_value = false;       // no quantiles: a gate is about a value
  bool may_be_value = false;      // the cuts are those of an interval that may also be a text of the column
};

/// The columns of one --slice, "gender,age:18,30,65": behind a colon a column's cuts. A part that is a column of the
/// table, colon and all, is that column. Throws Error where a part is no column, or may be a cut as well.
std::vector<SliceColumn> parse_slice(const std::string& text, const RecordReader& records);

/// Those of all --slice, and those that gates are about and no other has. A gate's interval, age=[18, 30), makes its
/// own cuts.
std::vector<std::vector<SliceColumn>> slices_of(const std::vector<std::string>& texts, const std::vector<Gate>& gates,
                                                const RecordReader& records);

}  // namespace mdl
