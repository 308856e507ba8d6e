// Columns of numbers that are not spelled as plain numbers: decimal commas, units, dates, times of day.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "config/config.h"

namespace mdl {

/// The number that a cell spells in a form that is not plain; else nothing.
std::optional<double> parse_by_form(std::string_view cell, const NumberForm& form);

/// The number that a cell spells in the form; else nothing.
inline std::optional<double> parse_cell(std::string_view cell, const NumberForm& form) {
  return form.kind == NumberForm::Kind::kPlain ? parse_number(cell) : parse_by_form(cell, form);
}

/// What a cell of the form is, for messages: "number", "date like 2024-05-31", "number with a decimal comma".
std::string words_of(const NumberForm& form);

/// What texts look like that are no plain numbers and no ISO dates.
struct Likeness {
  std::vector<NumberForm> forms;  // in which all of them are spelled but `odd`, the likeliest first; empty: plain ones,
                                  // or none is common
  bool certain = false;           // there is one form and no doubt
  std::string words;              // "numbers with a decimal comma"
  std::string example;            // one of the texts
  std::vector<std::string> odd;   // those that are none and may mean a missing value

  /// "numbers with a decimal comma, such as '12,5', but not '?'".
  std::string description() const;

  /// How column `name` is read as they look: "set data.types: {price: {numeric: {decimal: \",\"}}}".
  std::string cure(const std::string& name) const;
};

/// Whether the distinct `texts` of a column, at least two of them, look like numbers after an obvious clean-up. A form
/// is certain where nothing else can be meant: a unit that is known as one and that all share, a time of day, a date in
/// the one order that all fit.
std::optional<Likeness> likeness_of(const std::vector<std::string>& texts);

}  // namespace mdl
