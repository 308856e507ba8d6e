// Columns of numbers that are not spelled as plain numbers: decimal commas, units, dates, times of day.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "config/config.h"

namespace mdl {

/// The number that a cell spells in a form that is not plain; else nothing.
std::optional<double> parse_by_form(std::string_view cell, const NumberForm& form);

/// Whether the cell is one of the form's words for a missing number, in any case.
bool is_missing_word(std::string_view cell, const NumberForm& form);

/// The number that the cell spells in the form, NaN where it is one of its words for a missing one; else nothing.
inline std::optional<double> parse_cell(std::string_view cell, const NumberForm& form) {
  auto number = form.kind == NumberForm::Kind::kPlain ? parse_number(cell) : parse_by_form(cell, form);
  if (!number && !form.missing.empty() && is_missing_word(cell, form))
    number = std::numeric_limits<double>::quiet_NaN();
  return number;
}

/// Whether the text is what people write among numbers for a missing one: N/A, None, ?, -, #REF!, in any case.
bool means_missing(std::string_view text);

/// Whether the digits begin with a zero that no number needs, as those of a zip code.
inline bool has_leading_zero(std::string_view cell) {
  cell = strip(cell);
  return cell.size() > 1 && cell[0] == '0' && cell.find_first_not_of("0123456789") == std::string_view::npos;
}

/// How all numbers are spelled that have no unit, as far as that is told.
NumberForm form_of(const TextFormat& told);

/// The first text with a point, where all points may separate thousands instead of being the form's decimal points; "".
std::string with_thousands_point(const std::vector<std::string>& texts, const NumberForm& form);

/// What a cell of the form is, for messages: "number", "date like 2024-05-31", "number with a decimal comma".
std::string words_of(const NumberForm& form);

/// "'N/A' and '?'", for messages.
std::string words_for_missing(const NumberForm& form);

/// What texts look like that are no plain numbers and no ISO dates.
struct Likeness {
  std::vector<NumberForm> forms;  // in which all of them are spelled but `odd`, the likeliest first; empty: plain ones,
                                  // or none is common
  bool certain = false;           // there is one form and no doubt; it has the words for missing numbers, too
  std::string words;              // "numbers with a decimal comma"
  std::string example;            // one of the texts
  std::vector<std::string> odd;   // those that are none and may mean a missing value

  /// "numbers with a decimal comma, such as '12,5', but not '?'".
  std::string description() const;

  /// How column `name` is read as they look: "set data.types: {price: {numeric: {decimal: \",\"}}}".
  std::string cure(const std::string& name) const;
};

/// Whether the distinct `texts` of a column, at least two of them, look like numbers after an obvious clean-up. A form
/// is certain where nothing else can be meant: a unit that is known as one and that all share, a comma that can only
/// separate decimals or only thousands, a time of day, a date in the one order that all fit; `told` excludes what it
/// contradicts.
std::optional<Likeness> likeness_of(const std::vector<std::string>& texts, const TextFormat& told = {});

/// The form of the most, more than 20 of distinct `texts` and nine in ten, with the others as `odd`; nothing where there
/// is none, or where there are no others.
std::optional<Likeness> likeness_of_most(const std::vector<std::string>& texts, const TextFormat& told = {});

}  // namespace mdl
