// Dates and times in the forms of ISO 8601 that tables use.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mdl {

/// Days since 1970-01-01 of what `text` spells, spaces around it allowed; else nothing: a date like 2024-05-31, or with a time of
/// day behind a 'T' or a space, 2024-05-31T09:30, ...:59, ...:59.5, and a 'Z' behind that. A year has four digits; a day or an
/// hour that does not exist is no date.
std::optional<double> parse_date(std::string_view text);

/// The day as parse_date reads it, 2024-05-31; "day 3e+06" where it reads none.
std::string format_date(double days);

}  // namespace mdl
