// A column of a table in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/config.h"

namespace mdl {

/// Rows of a column are held in blocks of this many, so that a column grows without being copied and can be let go
/// piece by piece while it is encoded.
inline constexpr size_t kBlockRows = 65536;

/// While a column that is read has at most this many different spellings, it can still become one of numbers or texts.
inline constexpr size_t kDistinct = 1024;

/// Of a column of dates or times of day, the parts that are inputs.
struct DateParts {
  bool season = false, weekday = false, hour = false;

  size_t count() const { return size_t{season} + size_t{weekday} + size_t{hour}; }
  bool operator==(const DateParts&) const = default;
};

/// What a column of numbers holds in the training rows.
struct NumberSummary {
  size_t numbers = 0, missing = 0;  // rows
  double low = 0, high = 0, mean = 0;
  double squares = 0;  // sum of the squared deviations from the mean
  DateParts parts;     // those that differ
};

/// One column. A cell is a number or a text; a missing cell is NaN or code kMissing.
struct Column {
  static constexpr int32_t kMissing = -1;

  std::string name;
  ColumnKind kind = ColumnKind::kNumeric;                   // of all but the first, the cells are texts
  bool told = false;                                        // so data.types says
  char separator = ';';                                     // kSet
  NumberForm form;                                          // kNumeric: how its cells are spelled
  std::vector<std::vector<double>> numbers;                 // kNumeric: blocks of values
  std::vector<std::vector<int32_t>> codes;                  // of texts: blocks of positions in `texts`
  std::vector<std::string> texts;                           // of texts: distinct values (value.h)
  std::vector<std::pair<std::string, std::string>> merged;  // spellings, each with the one in `texts` of the same value
  size_t missing = 0;                                       // number of missing cells
  std::vector<size_t>
      counts;  // of texts, where the rows are a sample (Dataset::all_rows): of each text, and at the end
               // of missing cells, the training rows of the whole table; else empty
  std::optional<NumberSummary>
      summary;       // kNumeric, where the rows are a sample: of the training rows of the whole table
  std::string note;  // kCategorical: that its texts look like numbers, and how they are read as such

  bool dates() const { return kind == ColumnKind::kNumeric && form.kind == NumberForm::Kind::kDate; }
  double number(size_t row) const { return numbers[row / kBlockRows][row % kBlockRows]; }
  int32_t code(size_t row) const { return codes[row / kBlockRows][row % kBlockRows]; }
};

}  // namespace mdl
