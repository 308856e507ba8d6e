#include "table/date.h"

#include <fmt/format.h>

#include <cctype>
#include <chrono>
#include <cmath>

#include "base/text.h"

namespace mdl {
namespace {

/// Reads a text from its front.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

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

  /// A number of so many digits, as many as there are.
  std::optional<int> take_number(size_t least, size_t most) {
    size_t count = 0;
    while (count < most && count < text_.size() && text_[count] >= '0' && text_[count] <= '9') ++count;
    return count < least ? std::nullopt : take_digits(count);
  }

  bool take(std::string_view wanted) {
    if (!text_.starts_with(wanted)) return false;
    text_.remove_prefix(wanted.size());
    return true;
  }

  /// In lower case.
  std::string take_letters() {
    std::string word;
    for (; !text_.empty() && std::isalpha(static_cast<unsigned char>(text_[0])) != 0; text_.remove_prefix(1)) {
      word += static_cast<char>(std::tolower(static_cast<unsigned char>(text_[0])));
    }
    return word;
  }

  /// The digits behind a decimal point; at least one.
  std::optional<double> take_fraction() {
    double value = 0, unit = 0.1;
    bool any = false;
    for (; !text_.empty() && text_[0] >= '0' && text_[0] <= '9'; text_.remove_prefix(1), unit /= 10, any = true)
      value += unit * (text_[0] - '0');
    return any ? std::optional(value) : std::nullopt;
  }

 private:
  std::string_view text_;
};

std::optional<double> days_of(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

std::optional<double> take_day(Scanner& text) {
  const auto year = text.take_digits(4);
  if (!year || !text.take('-')) return std::nullopt;
  const auto month = text.take_digits(2);
  if (!month || !text.take('-')) return std::nullopt;
  const auto day = text.take_digits(2);
  return day ? days_of(*year, *month, *day) : std::nullopt;
}

/// Hours are of `least` digits to `most`.
std::optional<double> take_time(Scanner& text, size_t least, size_t most) {
  const auto hours = text.take_number(least, most);
  if (!hours || !text.take(':')) return std::nullopt;
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
  return 3600 * *hours + 60 * *minutes + seconds;
}

/// Seconds that the time before it is ahead of UTC; 0 where nothing stands there.
std::optional<double> take_offset(Scanner& text) {
  text.take(' ');
  if (text.at_end() || text.take('Z') || text.take("UTC")) return 0;
  const bool behind = text.take('-');
  if (!behind && !text.take('+')) return std::nullopt;
  const auto hours = text.take_digits(2);
  if (!hours || *hours > 23) return std::nullopt;
  text.take(':');
  const auto minutes = text.at_end() ? std::optional(0) : text.take_digits(2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return (behind ? -60 : 60) * (60 * *hours + *minutes);
}

/// Seconds, those of 9:30 PM as those of 21:30.
std::optional<double> take_half_day(Scanner& text, double seconds) {
  const bool space = text.take(' '), morning = text.take("AM") || text.take("am"),
             evening = !morning && (text.take("PM") || text.take("pm"));
  if (!morning && !evening) return space ? std::nullopt : std::optional(seconds);
  if (seconds < 3600 || seconds >= 13 * 3600) return std::nullopt;
  return std::fmod(seconds, 12 * 3600) + (evening ? 12 * 3600 : 0);
}

/// What may follow a date.
std::optional<double> take_time_of_day(Scanner& text, size_t least_hours) {
  constexpr double kDay = 86400;
  auto seconds = take_time(text, least_hours, 2);
  if (!seconds || *seconds >= kDay) return std::nullopt;
  Scanner half = text;
  if (const auto as_half = take_half_day(half, *seconds); as_half && half.at_end()) return *as_half / kDay;
  const auto offset = take_offset(text);
  if (!offset || !text.at_end()) return std::nullopt;
  return (*seconds - *offset) / kDay;
}

std::optional<int> take_month_name(Scanner& text) {
  constexpr const char* kMonths[] = {"january", "february", "march",     "april",   "may",      "june",
                                     "july",    "august",   "september", "october", "november", "december"};
  const std::string word = text.take_letters();
  for (int month = 0; month < 12; ++month) {
    const std::string_view name = kMonths[month];
    if (word == name || word == name.substr(0, 3) || (word == "sept" && month == 8)) return month + 1;
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> parse_date(std::string_view text) {
  Scanner scanner(trim(text));
  const auto day = take_day(scanner);
  if (!day || scanner.at_end()) return day;
  if (!scanner.take('T') && !scanner.take(' ')) return std::nullopt;
  const auto time = take_time_of_day(scanner, 2);
  return time ? std::optional(*day + *time) : std::nullopt;
}

std::optional<double> parse_date(std::string_view text, std::string_view order) {
  Scanner scanner(trim(text));
  int year = 0, month = 0, day = 0;
  char mark = 0;
  for (size_t i = 0; i < 3; ++i) {
    if (i == 1) {
      scanner.take(',');
      for (const char c : {'/', '.', '-', ' '}) {
        if (mark == 0 && scanner.take(c)) mark = c;
      }
      if (mark == 0) return std::nullopt;
    } else if (i == 2) {
      const bool comma = mark == ' ' && scanner.take(',');
      if (!scanner.take(mark) && !comma) return std::nullopt;
    }
    std::optional<int> part;
    if (order[i] == 'y') {
      part = scanner.take_digits(4);
      if (!part && i == 2) {
        part = scanner.take_digits(2);
        if (part) *part += *part < 69 ? 2000 : 1900;
      }
    } else {
      part = scanner.take_number(1, 2);
      if (!part && order[i] == 'm') part = take_month_name(scanner);
    }
    if (!part) return std::nullopt;
    (order[i] == 'y' ? year : order[i] == 'm' ? month : day) = *part;
  }
  const auto days = days_of(year, month, day);
  if (!days || scanner.at_end()) return days;
  scanner.take(',');
  if (!scanner.take(' ') && !scanner.take('T')) return std::nullopt;
  const auto time = take_time_of_day(scanner, 1);
  return time ? std::optional(*days + *time) : std::nullopt;
}

std::optional<double> parse_hours(std::string_view text) {
  Scanner scanner(trim(text));
  const auto seconds = take_time(scanner, 1, 3);
  const auto whole = seconds ? take_half_day(scanner, *seconds) : std::nullopt;
  return whole && scanner.at_end() ? std::optional(*whole / 3600) : std::nullopt;
}

std::string format_date(double days) {
  constexpr double kFirst = -719'528, kLast = 2'932'896;  // 0000-01-01 and 9999-12-31, as parse_date() reads
  if (!(days >= kFirst && days < kLast + 1)) return fmt::format("day {:.4g}", days);
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(static_cast<int>(std::floor(days))))};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

}  // namespace mdl
