#include "table/date.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>

#include "base/text.h"

namespace mdl {
namespace {

/// Reads a text from its front.
class Front {
 public:
  explicit Front(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }

  bool take(char wanted) {
    if (text_.empty() || text_[0] != wanted) return false;
    text_.remove_prefix(1);
    return true;
  }

  /// A number of exactly so many digits.
  std::optional<int> take_digits(size_t count) {
    if (text_.size() < count) return std::nullopt;
    int number = 0;
    for (const char c : text_.substr(0, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      number = 10 * number + (c - '0');
    }
    text_.remove_prefix(count);
    return number;
  }

  /// The digits behind a decimal point; at least one.
  std::optional<double> take_fraction() {
    double value = 0, unit = 0.1;
    bool any = false;
    for (; !text_.empty() && text_[0] >= '0' && text_[0] <= '9'; text_.remove_prefix(1), unit /= 10, any = true) value += unit * (text_[0] - '0');
    return any ? std::optional(value) : std::nullopt;
  }

 private:
  std::string_view text_;
};

std::optional<int> take_day(Front& text) {
  const auto year = text.take_digits(4);
  if (!year || !text.take('-')) return std::nullopt;
  const auto month = text.take_digits(2);
  if (!month || !text.take('-')) return std::nullopt;
  const auto day = text.take_digits(2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

/// Seconds since midnight.
std::optional<double> take_time(Front& text) {
  const auto hours = text.take_digits(2);
  if (!hours || *hours > 23 || !text.take(':')) return std::nullopt;
  const auto minutes = text.take_digits(2);
  if (!minutes || *minutes > 59) return std::nullopt;
  double seconds = 0;
  if (text.take(':')) {
    const auto whole = text.take_digits(2);
    if (!whole || *whole > 59) return std::nullopt;
    seconds = *whole;
    if (text.take('.')) {
      const auto fraction = text.take_fraction();
      if (!fraction) return std::nullopt;
      seconds += *fraction;
    }
  }
  text.take('Z');
  return 3600 * *hours + 60 * *minutes + seconds;
}

}  // namespace

std::optional<double> parse_date(std::string_view text) {
  Front front(trim(text));
  const auto day = take_day(front);
  if (!day) return std::nullopt;
  if (front.at_end()) return *day;
  if (!front.take('T') && !front.take(' ')) return std::nullopt;
  const auto seconds = take_time(front);
  if (!seconds || !front.at_end()) return std::nullopt;
  return *day + *seconds / 86400;
}

std::string format_date(double days) {
  constexpr double kFirst = -719'528, kLast = 2'932'896;   // 0000-01-01 and 9999-12-31, as parse_date() reads
  if (!(days >= kFirst && days < kLast + 1)) return fmt::format("day {:.4g}", days);
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(static_cast<int>(std::floor(days))))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace mdl
