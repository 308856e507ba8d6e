// A column of dates whose season and weekday are inputs, too: its days as those of any column of numbers
// (numeric_column.h), and the sine and the cosine of where the day stands in its year and in its week, four inputs that
// are 0 where the date is missing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "table/numeric_column.h"

namespace mdl {

struct DateColumn {
  static constexpr const char* kName = "date";
  static constexpr int32_t kDaysOfYear = 366, kDaysOfWeek = 7;

  NumericColumn days;  // since 1970-01-01

  static std::optional<DateColumn> fit(const Column& column, std::span<const uint32_t> train,
                                       const EncoderOptions& options, Histogram& histogram);

  ColumnInputs inputs() const;
  std::optional<double> number(const Cell& cell) const { return days.number(cell); }
  void encode(double number, Scaling scaling, EncodedCell to) const;
  const NumericColumn& scaled() const { return days; }

  /// 7 times the day of the year, from 0, plus the day of the week, Monday 0; -1 outside the years 0 to 9999.
  static int32_t index(double days);
};

}  // namespace mdl
