// Text as people type it: numbers, quoting for messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mdl {

/// Without spaces and tabs at both ends.
std::string_view trim(std::string_view text);

/// Without blanks at both ends: Unicode's white space, of text that is no UTF-8 only ASCII's.
std::string_view strip(std::string_view text);

/// The parts of `text` between the separators, one more than there are of them.
std::vector<std::string> split(std::string_view text, char separator);

/// The finite number that the whole of `text` spells, spaces around it, a leading '+' and U+2212 as minus allowed;
/// else nothing.
/// "inf", "nan", hexadecimal and numbers beyond the range of a double are not numbers here.
std::optional<double> parse_number(std::string_view text);

/// `text` of any bytes as it may reach a terminal or a page: control characters, those that turn or break the text
/// around them, and bytes that are not UTF-8 are escaped. Twice escaped is as once.
std::string printable(std::string_view text);
/// The same of lines: line feeds stay.
std::string printable_lines(std::string_view text);

/// `text`, printable, in single quotes for a message, at most 60 bytes of it.
std::string quote(std::string_view text);

/// A cell of a table for a message; "(hidden)" after hide_cells(), so that messages tell nothing of encrypted tables.
std::string shown_cell(std::string_view cell);
std::vector<std::string> shown_cells(const std::vector<std::string>& cells);
std::string quote_cell(std::string_view cell);  // in quotes
void hide_cells();

/// "a, b and c", with at most `limit` names spelled out: "a, b and 3 more".
std::string join_names(const std::vector<std::string>& names, size_t limit = 6);

/// 1234567 as "1,234,567".
std::string grouped(long long count);

/// The shortest decimal that reads back as the same float.
std::string shortest(float value);
std::string shortest(double value);

/// The double nearest to the shortest decimal of `value`: what a reader of the printed number gets.
double as_printed(float value);

/// Whether `text` is well-formed UTF-8.
bool is_utf8(std::string_view text);

}  // namespace mdl
