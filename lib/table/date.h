// Dates and times in the forms of ISO 8601 that tables use.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mdl {

/// Days since 1970-01-01 of what `text` spells, spaces around it allowed; else nothing: a date like 2024-05-31, or with
/// a time of day behind a 'T' or a space, 2024-05-31T09:30, ...:59, ...:59.5, and behind that 'Z', "UTC" or an offset,
/// +05:30, +0530, +05. The days are those of UTC. A year has four digits; a day or an hour that does not exist is no
/// date.
std::optional<double> parse_date(std::string_view text);

/// The same of a date whose day, month and year stand in the `order` of kDateOrders: 31/12/2024, 31.12.24, 12-31-2024,
/// 5 Jan 2024, January 5, 2024; with a time as above, or as 9:30 PM, behind it. "ymd" needs four digits of the year;
/// with two it is 1969 to 2068.
std::optional<double> parse_date(std::string_view text, std::string_view order);

/// The hours of a time of day or a duration: 9:30, 09:30:59.5, 9:30 PM.
std::optional<double> parse_hours(std::string_view text);

/// The day as parse_date reads it, 2024-05-31; "day 3e+06" where it reads none.
std::string format_date(double days);

}  // namespace mdl
