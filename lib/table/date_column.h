// A column of dates or of times of day whose cycles are inputs, too: its numbers as those of any column
// (numeric_column.h), and the sine and the cosine of where each stands in its year, its week and its day, which are 0
// where it is missing. A part that is the same in all training rows tells nothing and is left out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "table/numeric_column.h"

namespace mdl {

/// Finds the parts that differ among the numbers of a column.
class VaryingParts {
 public:
  explicit VaryingParts(const NumberForm& form);

  void add(double number);  // NaN is none

  /// None where a time is longer than a day, as durations are, or where the numbers are neither dates nor times of day.
  DateParts parts() const { return is_duration_ ? DateParts() : parts_; }

 private:
  bool is_date_, is_time_, is_duration_ = false;
  bool is_first_ = true;
  std::array<int32_t, 3> first_{};
  DateParts parts_;
};

/// Of a time of day only the hour: 0 to 24.
struct DateColumn {
  static constexpr int32_t kDaysOfYear = 366, kDaysOfWeek = 7, kHoursOfDay = 24;
  static constexpr double kHalfASecond = 0.5 / 3600;  // in hours: a day's fraction is not exact

  NumericColumn numbers;  // days since 1970-01-01, or hours
  DateParts parts;

  /// Nothing where no part differs among the training rows, or where its numbers are neither dates nor times of day.
  static std::optional<DateColumn> fit(const Column& column, std::span<const uint32_t> train,
                                       const EncoderOptions& options, Histogram& histogram);

  bool is_time() const { return numbers.form.kind == NumberForm::Kind::kTime; }
  const char* kind_name() const { return is_time() ? "time" : "date"; }
  ColumnInputs inputs() const;
  std::optional<double> number(const Cell& cell) const { return numbers.number(cell); }
  void encode(double number, Scaling scaling, EncodedCell to) const;
  const NumericColumn& scaled() const { return numbers; }

  /// The day of the year from 0, the weekday from Monday 0 and the hour from 0, as far as they are parts, as the digits
  /// of one number; -1 outside the years 0 to 9999, or of no time of day.
  int32_t index(double number) const;
};

}  // namespace mdl
