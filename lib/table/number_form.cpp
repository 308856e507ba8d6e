#include "table/number_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <set>

#include "base/text.h"
#include "config/option_types.h"
#include "table/date.h"

namespace mdl {
namespace {

using Kind = NumberForm::Kind;

constexpr std::string_view kMinus = "\u2212";
constexpr std::string_view kBlanks[] = {" ", "\t", "\u00A0", "\u2009", "\u202F"};  // the last ones narrow or not to
                                                                                   // break at

/// For decimals and between thousands, the likeliest first.
constexpr std::pair<char, const char*> kMarks[] = {{'.', ""},  {',', ""},  {'.', ","}, {',', "."},      {'.', " "},
                                                   {',', " "}, {'.', "'"}, {',', "'"}, {'.', "\u2019"}, {'.', "_"}};

/// Units that leave no doubt; other words may be parts of names, as in 4WD.
constexpr std::string_view kUnits[] = {
    "$",   "€",   "£",   "¥",    "₹",     "₽", "₩",    "₺",   "₫",   "฿",   "₴",   "US$",  "A$",  "C$",  "R$",
    "Rs",  "Rs.", "kr",  "zł",   "EUR",   "USD", "GBP",  "JPY", "CHF", "CNY", "INR", "AUD",  "CAD", "NZD", "SEK",
    "NOK", "DKK", "PLN", "CZK",  "HUF",   "BRL", "MXN",  "ZAR", "%",   "‰",   "°",   "°C",   "°F",  "mg",  "g",
    "kg",  "lb",  "lbs", "oz",   "mm",    "cm",  "m",    "km",  "mi",  "ft",  "in",  "inch", "m²",  "km²", "m³",
    "ml",  "cl",  "l",   "L",    "ms",    "s",   "sec",  "min", "h",   "hr",  "hrs", "days", "Hz",  "kHz", "MHz",
    "GHz", "kB",  "KB",  "MB",   "GB",    "TB",  "px",   "kW",  "MW",  "Wh",  "kWh", "MWh",  "Nm",  "hp",  "bhp",
    "rpm", "cc",  "CC",  "kmpl", "km/kg", "mph", "km/h", "m/s", "hPa", "kPa", "bar", "mAh",  "dB",  "kcal"};

bool is_known_unit(const std::string& unit) { return std::ranges::find(kUnits, unit) != std::end(kUnits); }

/// What stands for thousands, millions and more.
bool is_scale(const std::string& unit) {
  constexpr std::string_view kScales[] = {"k", "K", "M", "B", "bn", "T"};
  return std::ranges::find(kScales, unit) != std::end(kScales);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool same_in_any_case(std::string_view a, std::string_view b) {
  const auto lower = [](unsigned char c) { return std::tolower(c); };
  return std::ranges::equal(a, b, {}, lower, lower);
}

bool take(std::string_view& text, std::string_view start) {
  if (!text.starts_with(start)) return false;
  text.remove_prefix(start.size());
  return true;
}

std::string_view without_blanks(std::string_view text) {
  for (bool more = true; more;) {
    more = false;
    for (const std::string_view blank : kBlanks) {
      more = more || text.starts_with(blank) || text.ends_with(blank);
      if (text.starts_with(blank)) text.remove_prefix(blank.size());
      if (text.ends_with(blank)) text.remove_suffix(blank.size());
    }
  }
  return text;
}

/// A cell around its digits: -$12.50 is minus, "$", "12.50" and "".
struct Parts {
  bool negative = false;
  std::string_view before, digits, behind;
};

std::optional<Parts> take_apart(std::string_view cell) {
  Parts parts;
  bool sign = false;
  const auto take_sign = [&](std::string_view& text) {
    parts.negative = take(text, "-") || take(text, kMinus);
    sign = parts.negative || take(text, "+");
  };
  cell = without_blanks(cell);
  const bool in_parentheses = cell.starts_with('(') && cell.ends_with(')');  // as accountants write what is below 0
  if (in_parentheses) cell = without_blanks(cell.substr(1, cell.size() - 2));
  take_sign(cell);
  if (in_parentheses && sign) return std::nullopt;
  sign = sign || in_parentheses;
  parts.negative = parts.negative || in_parentheses;
  const auto begins = [&](size_t i) {  // with a digit, or a mark before one that does not end a word, as in Rs.500
    const bool mark = (cell[i] == '.' || cell[i] == ',') &&
                      (i == 0 || std::isalpha(static_cast<unsigned char>(cell[i - 1])) == 0);
    return is_digit(cell[mark && i + 1 < cell.size() ? i + 1 : i]);
  };
  size_t begin = 0;
  while (begin < cell.size() && !begins(begin)) ++begin;
  if (begin == cell.size()) return std::nullopt;
  size_t end = cell.size();
  while (!is_digit(cell[end - 1])) --end;
  parts.before = without_blanks(cell.substr(0, begin));
  for (const std::string_view mark : {std::string_view("-"), kMinus, std::string_view("+")}) {
    if (sign || !parts.before.ends_with(mark)) continue;
    parts.before = without_blanks(parts.before.substr(0, parts.before.size() - mark.size()));
    parts.negative = mark != "+";
    sign = true;
  }
  parts.digits = cell.substr(begin, end - begin);
  parts.behind = without_blanks(cell.substr(end));
  for (const std::string_view minus : {std::string_view("-"), kMinus}) {  // as SAP writes what is below 0
    if (sign || !parts.behind.ends_with(minus)) continue;
    parts.behind = without_blanks(parts.behind.substr(0, parts.behind.size() - minus.size()));
    parts.negative = sign = true;
  }
  return parts;
}

/// The whole part without the marks between its groups: three digits in each but the first, or between commas two, as in
/// India; up to three in the first, which does not begin with a zero.
std::optional<std::string> without_marks(std::string_view whole, const std::string& mark) {
  std::string digits;
  size_t group = 0;
  bool marked = false;
  while (!whole.empty()) {
    if (is_digit(whole[0])) {
      digits += whole[0];
      ++group;
      whole.remove_prefix(1);
      continue;
    }
    const bool known = mark == " "
                           ? std::ranges::any_of(kBlanks, [&](std::string_view blank) { return take(whole, blank); })
                           : take(whole, mark);
    if (!known || group == 0 || group > 3 || (marked && group < (mark == "," ? 2 : 3))) return std::nullopt;
    marked = true;
    group = 0;
  }
  if (marked && (group != 3 || digits[0] == '0')) return std::nullopt;
  return digits;
}

std::optional<double> read_digits(std::string_view digits, char decimal, const std::string& thousands) {
  const size_t point = std::min(digits.find(decimal), digits.size());
  const std::string_view whole = digits.substr(0, point), rest = digits.substr(point);
  std::string plain(whole);
  if (!thousands.empty()) {
    const auto unmarked = without_marks(whole, thousands);
    if (!unmarked) return std::nullopt;
    plain = *unmarked;
  }
  if (decimal != '.' && plain.find('.') != std::string::npos) return std::nullopt;
  if (!rest.empty()) plain += '.' + std::string(rest.substr(1));
  return parse_number(plain);
}

std::optional<double> parse_spelled(std::string_view cell, const NumberForm& form) {
  const auto parts = take_apart(cell);
  const bool on_one_side = parts && parts->before.size() + parts->behind.size() == form.unit.size();
  if (!on_one_side || (parts->before != form.unit && parts->behind != form.unit)) return std::nullopt;
  const auto number = read_digits(parts->digits, form.decimal, form.thousands);
  return number && parts->negative ? std::optional(-*number) : number;
}

bool all_read(const std::vector<std::string>& texts, const NumberForm& form) {
  return std::ranges::all_of(texts, [&](const std::string& text) { return parse_cell(text, form).has_value(); });
}

/// The last four digits in a row that a date has, or not.
bool has_long_year(const std::string& text) {
  size_t digits = 0;
  for (const char c : text) {
    digits = is_digit(c) ? digits + 1 : 0;
    if (digits == 4) return true;
  }
  return false;
}

void look_for_dates(const std::vector<std::string>& texts, const TextFormat& told, Likeness& found) {
  for (const char* order : kDateOrders) {
    const NumberForm form{.kind = Kind::kDate, .order = order};
    if (told.dates.value_or(order) == order && all_read(texts, form)) found.forms.push_back(form);
  }
  if (found.forms.empty()) return;
  found.certain = found.forms.size() == 1 && (told.dates || std::ranges::all_of(texts, has_long_year));
  found.words = "dates";
}

/// The units of all texts, none as ""; nothing at all where some are no number with a unit on one side.
std::set<std::string> units_of(const std::vector<std::string>& texts) {
  std::set<std::string> units;
  for (const std::string& text : texts) {
    const auto parts = take_apart(text);
    if (!parts || (!parts->before.empty() && !parts->behind.empty())) return {};
    units.emplace(parts->before.empty() ? parts->behind : parts->before);
  }
  return units;
}

/// A17 is a name.
bool has_glued_name(const std::string& text) {
  const auto parts = take_apart(text);
  return parts && !parts->before.empty() && parts->digits.data() == parts->before.data() + parts->before.size();
}

/// Whether the form's marks are others than those that are told.
bool contradicts(const NumberForm& form, const TextFormat& told) {
  if (!told.decimal && !told.thousands) return false;
  const NumberForm all{.decimal = told.decimal.value_or(told.thousands == "." ? ',' : '.'),
                       .thousands = told.thousands.value_or("")};
  return form.decimal != all.decimal || (told.thousands && !form.thousands.empty() && form.thousands != all.thousands);
}

/// Whether some have more digits than others, as numbers do and codes do not.
bool vary_in_length(const std::vector<std::string>& texts) {
  const auto digits = [](const std::string& text) { return std::ranges::count_if(text, is_digit); };
  return std::ranges::any_of(texts, [&](const std::string& text) { return digits(text) != digits(texts[0]); });
}

void look_for_numbers(const std::vector<std::string>& texts, const TextFormat& told, Likeness& found) {
  constexpr size_t kManyNumbers = 20;
  const std::set<std::string> units = units_of(texts);
  const auto is_plain = [](const std::string& unit) { return unit.empty() || is_scale(unit) || is_known_unit(unit); };
  if (units.size() > 1 && std::ranges::all_of(units, is_plain)) {
    std::vector<std::string> shown;
    for (const std::string& unit : units) shown.push_back(unit.empty() ? "none" : quote_cell(unit));
    found.words = fmt::format("numbers with different units ({})", join_names(shown));
  }
  if (units.size() != 1) return;
  const std::string& unit = *units.begin();
  if (!is_usable({.kind = Kind::kSpelled, .unit = unit})) return;
  const bool letter = unit.size() == 1 && std::isalpha(static_cast<unsigned char>(unit[0])) != 0;
  const bool known = unit.empty() || (is_known_unit(unit) && !(letter && has_glued_name(texts[0])));
  if (!known && (texts.size() <= kManyNumbers || has_glued_name(texts[0]))) return;
  for (const auto& [decimal, thousands] : kMarks) {
    const bool other_comma = decimal == '.' && *thousands == ',';  // of numbers with a decimal comma, some may be read
                                                                   // in both ways
    if (!found.forms.empty() && !other_comma) break;
    const NumberForm form{.kind = Kind::kSpelled, .decimal = decimal, .thousands = thousands, .unit = unit};
    if (!contradicts(form, told) && all_read(texts, form)) found.forms.push_back(form);
  }
  if (found.forms.empty()) return;
  const NumberForm& first = found.forms[0];
  const auto in_parentheses = [](const std::string& text) { return trim(text).starts_with('('); };
  const bool parentheses = std::ranges::any_of(texts, in_parentheses);
  // Three points part addresses and versions as well.
  const auto like_address = [](const std::string& text) { return std::ranges::count(text, '.') == 3; };
  const bool separated = first.thousands == "," ||
                         (first.thousands == "." && !std::ranges::all_of(texts, like_address));
  found.certain = known && found.forms.size() == 1 && !std::ranges::all_of(texts, in_parentheses) &&
                  (first.thousands.empty() || separated || (first.thousands != "_" && vary_in_length(texts)));
  found.words = found.forms.size() > 1 ? "numbers in which a comma parts decimals or thousands"
                                       : "numbers" + words_of(first).substr(6);
  if (parentheses) found.words += ", negative in parentheses";
}

}  // namespace

std::optional<double> parse_by_form(std::string_view cell, const NumberForm& form) {
  switch (form.kind) {
    case Kind::kPlain: return parse_number(cell);
    case Kind::kSpelled: return parse_spelled(cell, form);
    case Kind::kDate: return form.order.empty() ? parse_date(cell) : parse_date(cell, form.order);
    case Kind::kTime: return parse_hours(cell);
  }
  return std::nullopt;
}

std::string words_of(const NumberForm& form) {
  if (form.kind == Kind::kTime) return "time like 9:30";
  if (form.kind == Kind::kDate) {
    return fmt::format("date like {}", form.order.empty()    ? "2024-05-31"
                                       : form.order == "dmy" ? "31/12/2024"
                                       : form.order == "mdy" ? "12/31/2024"
                                                             : "2024/12/31");
  }
  std::vector<std::string> with;
  if (form.decimal == ',') with.push_back("a decimal comma");
  if (!form.thousands.empty()) with.push_back(quote(form.thousands) + " between thousands");
  if (!form.unit.empty()) with.push_back("the unit " + quote(form.unit));
  return "number" + (with.empty() ? "" : " with " + join_names(with));
}

std::string words_for_missing(const NumberForm& form) {
  std::vector<std::string> words;
  for (const std::string& word : form.missing) words.push_back(quote_cell(word));
  return join_names(words, 5);
}

std::string Likeness::cure(const std::string& name) const {
  if (forms.empty() && odd.empty()) return "write them alike in the file";
  std::string out;
  for (const NumberForm& form : forms) {
    out += fmt::format("{}data.types: {{{}: {}}}", out.empty() ? "set " : " or ", yaml_text(name),
                       ColumnTypeKind().write({ColumnKind::kNumeric, form}));
  }
  if (forms.size() > 1) {
    std::vector<std::string> keys;
    for (const NumberForm& form : forms) {
      keys.push_back(form.kind == Kind::kDate ? form.order
                     : form.thousands.empty() ? "data.format.decimal to " + quote({&form.decimal, 1})
                                              : "data.format.thousands to " + quote(form.thousands));
    }
    const bool dates = forms[0].kind == Kind::kDate;
    out += fmt::format("; for all columns, {}{}", dates ? "data.format.dates to " : "", fmt::join(keys, " or "));
  }
  std::vector<std::string> spellings;
  for (const std::string& text : odd) spellings.push_back(yaml_text(shown_cell(text)));
  if (!odd.empty()) out += fmt::format("{}add {} to data.missing", out.empty() ? "" : " and ", join_names(spellings));
  return out;
}

std::string Likeness::description() const {
  std::vector<std::string> others;
  for (const std::string& text : odd) others.push_back(quote_cell(text));
  return fmt::format("{}, such as {}{}{}", words, quote_cell(example), odd.empty() ? "" : ", but not ",
                     join_names(others));
}

bool is_missing_word(std::string_view cell, const NumberForm& form) {
  return std::ranges::any_of(form.missing, [&](const std::string& word) { return same_in_any_case(trim(cell), word); });
}

bool means_missing(std::string_view text) {
  constexpr std::string_view kWords[] = {"n/a",       "#n/a",    "na",        "n.a.",   "k.a.",   "k. a.",   "nan",
                                         "nat",       "<na>",    "none",      "null",   "(null)", "nil",     "missing",
                                         "(missing)", "unknown", "undefined", "tbd",    "#nv",    "#div/0!", "#ref!",
                                         "#value!",   "#wert!",  "#num!",     "#null!", "#name?", "\u2013",  "\u2014"};
  text = trim(text);
  const bool words = std::ranges::any_of(text, [](unsigned char c) { return std::isalnum(c) != 0 || c >= 0x80; });
  return !words || std::ranges::any_of(kWords, [&](std::string_view word) { return same_in_any_case(text, word); });
}

NumberForm form_of(const TextFormat& told) {
  const char decimal = told.decimal.value_or(told.thousands == "." ? ',' : '.');
  if (decimal == '.' && !told.thousands) return {};
  return {.kind = Kind::kSpelled, .decimal = decimal, .thousands = told.thousands.value_or("")};
}

std::string with_thousands_point(const std::vector<std::string>& texts, const NumberForm& form) {
  if (!(form.kind == Kind::kPlain || form.kind == Kind::kSpelled) || form.decimal != '.' || !form.thousands.empty())
    return "";
  const NumberForm points{.kind = Kind::kSpelled, .decimal = ',', .thousands = ".", .unit = form.unit};
  std::string found;
  for (const std::string& text : texts) {
    if (text.find('.') == std::string::npos || is_missing_word(text, form)) continue;
    if (!parse_by_form(text, points)) return "";
    if (found.empty()) found = text;
  }
  return found;
}

std::optional<Likeness> likeness_of_most(const std::vector<std::string>& texts, const TextFormat& told) {
  constexpr size_t kMany = 20;
  std::map<std::string, size_t> units;
  for (const std::string& text : texts) {
    const auto parts = take_apart(text);
    if (parts && (parts->before.empty() || parts->behind.empty()))
      ++units[std::string(parts->before.empty() ? parts->behind : parts->before)];
  }
  std::vector<NumberForm> forms{{}, {.kind = Kind::kDate}, {.kind = Kind::kTime}};
  for (const char* order : kDateOrders) forms.push_back({.kind = Kind::kDate, .order = order});
  if (!units.empty()) {
    const std::string unit = std::ranges::max_element(units, {}, [](const auto& one) { return one.second; })->first;
    if (unit.empty() || is_known_unit(unit)) {
      for (const auto& [decimal, thousands] : kMarks)
        forms.push_back({.kind = Kind::kSpelled, .decimal = decimal, .thousands = thousands, .unit = unit});
    }
  }
  for (const NumberForm& form : forms) {
    if (form.kind != Kind::kDate && contradicts(form, told)) continue;
    Likeness found{.forms = {form}};
    std::vector<std::string> missing;
    for (const std::string& text : texts) {
      if (parse_cell(text, form)) continue;
      (means_missing(text) ? missing : found.odd).emplace_back(trim(text));
    }
    const size_t others = missing.size() + found.odd.size(), read = texts.size() - others;
    if (found.odd.empty() || read <= kMany || read <= 9 * found.odd.size()) continue;
    found.forms[0].missing = missing;
    found.words = words_of(form);
    return found;
  }
  return std::nullopt;
}

std::optional<Likeness> likeness_of(const std::vector<std::string>& texts, const TextFormat& told) {
  constexpr size_t kMany = 20, kFew = 2;
  const auto is_word = [](const std::string& text) { return std::ranges::none_of(text, is_digit); };
  const auto words = static_cast<size_t>(std::ranges::count_if(texts, is_word));
  if (texts.size() - words < kFew) return std::nullopt;
  const bool slips = texts.size() > kMany && 10 * words <= texts.size();  // a few words among many numbers
  Likeness found;
  std::vector<std::string> rest, missing;
  for (const std::string& text : texts) {
    if (means_missing(text)) {
      missing.emplace_back(trim(text));
    } else if (slips && is_word(text)) {
      found.odd.push_back(text);
    } else {
      rest.push_back(text);
    }
  }
  if (rest.size() < kFew) return std::nullopt;
  const auto special = std::ranges::find_if(rest, [](const std::string& text) { return !parse_number(text); });
  found.example = special == rest.end() ? rest[0] : *special;
  const NumberForm number = form_of(told), iso{.kind = Kind::kDate}, time{.kind = Kind::kTime};
  if (all_read(rest, number)) {
    if (number == NumberForm() && missing.empty() && found.odd.empty()) return std::nullopt;
    found.forms = {number};
    found.certain = std::ranges::none_of(rest, has_leading_zero);
    found.words = "numbers" + words_of(number).substr(6);
  } else if (all_read(rest, iso)) {
    found.forms = {iso};
    found.certain = true;
    found.words = "dates";
  } else if (all_read(rest, time)) {
    found.forms = {time};
    const auto colons = [](const std::string& text) { return std::ranges::count(text, ':'); };
    found.certain = std::ranges::all_of(rest, [&](const std::string& text) { return colons(text) == colons(rest[0]); });
    found.words = "times of day";
  } else {
    look_for_dates(rest, told, found);
    if (found.forms.empty()) look_for_numbers(rest, told, found);
    if (found.words.empty()) return std::nullopt;
  }
  found.certain = found.certain && found.odd.empty();
  for (NumberForm& form : found.forms) form.missing = missing;
  return found;
}

}  // namespace mdl
