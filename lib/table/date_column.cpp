#include "table/date_column.h"

#include <array>
#include <chrono>
#include <cmath>
#include <mutex>
#include <numbers>
#include <utility>
#include <vector>

#include "table/encoder.h"

namespace mdl {
namespace {

constexpr double kFirstDay = -719'528, kBehindLastDay = 2'932'897;  // 0000-01-01, 10000-01-01

struct Digits {
  int32_t day_of_year = 0, weekday = 0, hour = 0;
};

/// Nothing where the number is no time of day, or of no day in a calendar.
std::optional<Digits> digits_of(double number, bool is_time) {
  using namespace std::chrono;
  const auto hour_of = [](double hours) {
    return static_cast<int32_t>(hours + DateColumn::kHalfASecond) % DateColumn::kHoursOfDay;
  };
  if (is_time)
    return number >= 0 && number <= DateColumn::kHoursOfDay ? std::optional(Digits{.hour = hour_of(number)})
                                                            : std::nullopt;
  if (!(number >= kFirstDay && number < kBehindLastDay)) return std::nullopt;
  const double whole = std::floor(number);
  const sys_days day{std::chrono::days(static_cast<int>(whole))};
  const sys_days first{year_month_day(day).year() / January / 1};
  return Digits{static_cast<int32_t>((day - first).count()),
                static_cast<int32_t>(std::chrono::weekday(day).iso_encoding()) - 1,
                hour_of((number - whole) * DateColumn::kHoursOfDay)};
}

/// [indices + 1, 2 parts]: sine and cosine of each.
std::vector<float> make_encoding(DateParts parts) {
  constexpr double kDaysInYear = 365.25;
  std::vector<float> encoding;
  const auto add = [&](bool part, double turns) {
    if (!part) return;
    const double angle = 2 * std::numbers::pi * turns;
    encoding.push_back(static_cast<float>(std::sin(angle)));
    encoding.push_back(static_cast<float>(std::cos(angle)));
  };
  const int32_t days = parts.season ? DateColumn::kDaysOfYear : 1,
                weekdays = parts.weekday ? DateColumn::kDaysOfWeek : 1,
                hours = parts.hour ? DateColumn::kHoursOfDay : 1;
  for (int32_t day = 0; day < days; ++day) {
    for (int32_t weekday = 0; weekday < weekdays; ++weekday) {
      for (int32_t hour = 0; hour < hours; ++hour) {
        add(parts.season, day / kDaysInYear);
        add(parts.weekday, weekday / double{DateColumn::kDaysOfWeek});
        add(parts.hour, hour / double{DateColumn::kHoursOfDay});
      }
    }
  }
  encoding.resize(encoding.size() + 2 * parts.count());
  return encoding;
}

/// Made once: with all parts it is a megabyte.
const std::vector<float>& encoding_of(DateParts parts) {
  static std::array<std::once_flag, 8> made;
  static std::array<std::vector<float>, 8> encodings;
  const size_t which = 4 * size_t{parts.season} + 2 * size_t{parts.weekday} + size_t{parts.hour};
  std::call_once(made[which], [&] { encodings[which] = make_encoding(parts); });
  return encodings[which];
}

DateParts varying_parts(const Column& column, std::span<const uint32_t> train) {
  if (column.summary) return column.summary->parts;
  VaryingParts varying(column.form);
  for (const uint32_t row : train) varying.add(column.number(row));
  return varying.parts();
}

}  // namespace

VaryingParts::VaryingParts(const NumberForm& form)
    : is_date_(form.kind == NumberForm::Kind::kDate), is_time_(form.kind == NumberForm::Kind::kTime) {}

void VaryingParts::add(double number) {
  if (std::isnan(number) || is_duration_ || !(is_date_ || is_time_) || parts_.count() == 3) return;
  const auto digits = digits_of(number, is_time_);
  is_duration_ = !digits && is_time_;
  if (!digits) return;
  if (std::exchange(is_first_, false)) first_ = {digits->day_of_year, digits->weekday, digits->hour};
  parts_.season |= digits->day_of_year != first_[0];
  parts_.weekday |= digits->weekday != first_[1];
  parts_.hour |= digits->hour != first_[2];
}

std::optional<DateColumn> DateColumn::fit(const Column& column, std::span<const uint32_t> train,
                                          const EncoderOptions& options, Histogram& histogram) {
  if (column.form.kind != NumberForm::Kind::kDate && column.form.kind != NumberForm::Kind::kTime) return std::nullopt;
  const DateParts parts = varying_parts(column, train);
  if (parts.count() == 0) return std::nullopt;
  EncoderOptions without_embeddings = options;
  without_embeddings.value_embeddings = nullptr;
  auto numbers = NumericColumn::fit(column, train, without_embeddings, histogram);
  if (!numbers) return std::nullopt;
  return DateColumn{std::move(*numbers), parts};
}

ColumnInputs DateColumn::inputs() const {
  ColumnInputs inputs = numbers.inputs();
  inputs.width = 2 * parts.count();
  inputs.encoding = encoding_of(parts);
  inputs.indices = inputs.encoding.size() / inputs.width - 1;
  return inputs;
}

void DateColumn::encode(double number, Scaling scaling, EncodedCell to) const {
  numbers.encode(number, scaling, to);
  *to.index = index(number);
}

int32_t DateColumn::index(double number) const {
  const auto digits = digits_of(number, is_time());
  if (!digits) return -1;
  int32_t index = parts.season ? digits->day_of_year : 0;
  if (parts.weekday) index = index * kDaysOfWeek + digits->weekday;
  if (parts.hour) index = index * kHoursOfDay + digits->hour;
  return index;
}

}  // namespace mdl
