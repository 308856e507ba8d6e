#include "table/date_column.h"

#include <chrono>
#include <cmath>
#include <numbers>
#include <vector>

#include "table/encoder.h"

namespace mdl {
namespace {

constexpr size_t kParts = 4;
constexpr double kFirstDay = -719'528, kBehindLastDay = 2'932'897;  // 0000-01-01, 10000-01-01

/// [indices + 1, 4]: sine and cosine of the season, then of the weekday.
std::vector<float> make_encoding() {
  constexpr double kTurn = 2 * std::numbers::pi, kDaysInYear = 365.25;
  std::vector<float> encoding;
  for (int32_t day = 0; day < DateColumn::kDaysOfYear; ++day) {
    for (int32_t weekday = 0; weekday < DateColumn::kDaysOfWeek; ++weekday) {
      for (const double turns : {day / kDaysInYear, weekday / double{DateColumn::kDaysOfWeek}}) {
        encoding.push_back(static_cast<float>(std::sin(kTurn * turns)));
        encoding.push_back(static_cast<float>(std::cos(kTurn * turns)));
      }
    }
  }
  encoding.resize(encoding.size() + kParts);
  return encoding;
}

}  // namespace

std::optional<DateColumn> DateColumn::fit(const Column& column, std::span<const uint32_t> train,
                                          const EncoderOptions& options, Histogram& histogram) {
  EncoderOptions without_embeddings = options;
  without_embeddings.value_embeddings = nullptr;
  auto days = NumericColumn::fit(column, train, without_embeddings, histogram);
  if (!days) return std::nullopt;
  return DateColumn{std::move(*days)};
}

ColumnInputs DateColumn::inputs() const {
  static const std::vector<float> encoding = make_encoding();
  ColumnInputs inputs = days.inputs();
  inputs.indices = kDaysOfYear * kDaysOfWeek;
  inputs.width = kParts;
  inputs.encoding = encoding;
  return inputs;
}

void DateColumn::encode(double number, Scaling scaling, EncodedCell to) const {
  days.encode(number, scaling, to);
  *to.index = index(number);
}

int32_t DateColumn::index(double days) {
  using namespace std::chrono;
  if (!(days >= kFirstDay && days < kBehindLastDay)) return -1;
  const sys_days day{std::chrono::days(static_cast<int>(std::floor(days)))};
  const sys_days first{year_month_day(day).year() / January / 1};
  const auto day_of_year = static_cast<int32_t>((day - first).count());
  return day_of_year * kDaysOfWeek + static_cast<int32_t>(weekday(day).iso_encoding()) - 1;
}

}  // namespace mdl
