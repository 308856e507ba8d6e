// A whole training table in memory, column by column, with types inferred from all rows in one pass.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"

namespace mdl {

/// Rows of a column are held in blocks of this many, so that a column grows without being copied and can be let go
/// piece by piece while it is encoded.
inline constexpr size_t kBlockRows = 65536;

/// One column. A cell is a number or a text; a missing cell is NaN or code kMissing.
struct Column {
  static constexpr int32_t kMissing = -1;

  std::string name;
  ColumnKind kind = ColumnKind::kNumeric;
  NumberForm form;                                          // kNumeric: how its cells are spelled
  std::vector<std::vector<double>> numbers;                 // kNumeric: blocks of values
  std::vector<std::vector<int32_t>> codes;                  // kCategorical: blocks of positions in `texts`
  std::vector<std::string> texts;                           // kCategorical: distinct values (value.h)
  std::vector<std::pair<std::string, std::string>> merged;  // spellings, each with the one in `texts` of the same value
  size_t missing = 0;                                       // number of missing cells
  std::string note;  // kCategorical: that its texts look like numbers, and how they are read as such

  bool dates() const { return kind == ColumnKind::kNumeric && form.kind == NumberForm::Kind::kDate; }
  double number(size_t row) const { return numbers[row / kBlockRows][row % kBlockRows]; }
  int32_t code(size_t row) const { return codes[row / kBlockRows][row % kBlockRows]; }
};

struct Table {
  std::vector<Column> columns;
  size_t rows = 0;
  std::vector<size_t> files;  // the first row of each file

  /// Null when there is no such column.
  const Column* find(const std::string& name) const;
  Column* find(const std::string& name) { return const_cast<Column*>(std::as_const(*this).find(name)); }
};

struct TableOptions {
  std::vector<std::string> missing;         // spellings of "missing", compared after trimming
  std::map<std::string, ColumnType> types;  // columns whose kind is not inferred
  std::set<std::string> ignore;             // columns not kept
  std::set<std::string> keep_texts;         // columns kept as texts where they hold at most kDistinct different ones
  std::set<std::string> as_texts;           // columns kept as texts whatever they hold, and whatever `types` says
};

/// While a column has at most this many different spellings it is a dictionary, and can still become numbers or texts.
inline constexpr size_t kDistinct = 1024;

/// Reads one or several files (or globs, or "-") with the same columns in any order. A column is numeric when every
/// cell that is not missing is a number, or every one a date (date.h), or all are spelled in a form that leaves no
/// doubt (number_form.h), else categorical. Throws Error: a cell that is no number in a column of numbers (one that
/// `types` calls numeric, one with more than kDistinct different numbers before it, or one where more than 20 different
/// spellings and over nine in ten are numbers, so that a slip does not make names of them all), likewise of dates, no
/// rows, headers that differ, names in `types` or `ignore` that are no columns.
Table read_table(const std::vector<std::string>& paths, const TableOptions& options);

}  // namespace mdl
