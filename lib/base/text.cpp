#include "base/text.h"

#include <fmt/format.h>
#include <cstdint>
#include <cstring>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cctype>
#include <charconv>
#include <cmath>

namespace mdl {

namespace {

/// Bytes of the blank that `text` begins with; 0 where it begins with none.
size_t blank_at_begin(std::string_view text) {
  const auto byte = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0; };
  if (byte(0) == ' ' || (byte(0) >= '\t' && byte(0) <= '\r')) return 1;
  if (byte(0) == 0xC2 && (byte(1) == 0x85 || byte(1) == 0xA0)) return 2;
  const unsigned last = byte(2);
  const bool of_three = (byte(0) == 0xE1 && byte(1) == 0x9A && last == 0x80) ||  // U+1680
                        (byte(0) == 0xE2 && byte(1) == 0x80 &&
                         ((last >= 0x80 && last <= 0x8A) || (last >= 0xA8 && last <= 0xA9) || last == 0xAF)) ||
                        (byte(0) == 0xE2 && byte(1) == 0x81 && last == 0x9F) ||
                        (byte(0) == 0xE3 && byte(1) == 0x80 && last == 0x80);
  return of_three ? 3 : 0;
}

/// The same of its end.
size_t blank_at_end(std::string_view text) {
  for (const size_t size : {1, 2, 3}) {
    if (text.size() >= size && blank_at_begin(text.substr(text.size() - size)) == size) return size;
  }
  return 0;
}

}  // namespace

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

std::string_view strip(std::string_view text) {
  const auto plain = [](char c) { return c > ' ' && c < 0x7F; };
  if (!text.empty() && plain(text.front()) && plain(text.back())) return text;
  const std::string_view whole = text;
  size_t widest = 1;
  while (const size_t size = blank_at_begin(text)) text.remove_prefix(size), widest = std::max(widest, size);
  while (const size_t size = blank_at_end(text)) text.remove_suffix(size), widest = std::max(widest, size);
  if (widest == 1 || is_utf8(whole)) return text;
  constexpr std::string_view kAsciiBlanks = " \t\n\v\f\r";
  const size_t begin = std::min(whole.find_first_not_of(kAsciiBlanks), whole.size());
  return whole.substr(begin, whole.find_last_not_of(kAsciiBlanks) + 1 - begin);
}

namespace {

/// Numbers like -12.375, which most of a table is. Up to 15 digits and their power of ten are exact doubles, so that
/// the one division rounds right (Clinger, "How to read floating point numbers accurately", PLDI 1990).
std::optional<double> parse_short_decimal(std::string_view text) {
  constexpr double kPowersOfTen[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                     1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
  constexpr size_t kMostDigits = 15;
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  if (text.size() > kMostDigits + 1) return std::nullopt;
  int64_t digits = 0;
  size_t count = 0, whole = text.size();
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] >= '0' && text[i] <= '9') {
      digits = 10 * digits + (text[i] - '0');
      ++count;
    } else if (text[i] == '.' && whole == text.size()) {
      whole = i;
    } else {
      return std::nullopt;
    }
  }
  if (count == 0 || count > kMostDigits) return std::nullopt;
  const double value = static_cast<double>(digits) / kPowersOfTen[count - std::min(whole, count)];
  return negative ? -value : value;
}

}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(separator, begin), text.size());
    parts.emplace_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return parts;
}

std::optional<double> parse_number(std::string_view text) {
  text = trim(text);
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  if (const auto short_decimal = parse_short_decimal(text)) return short_decimal;
  constexpr std::string_view kMinus = "\u2212";
  if (text.starts_with(kMinus)) {
    text.remove_prefix(kMinus.size());
    const bool unsigned_number = !text.empty() && ((text[0] >= '0' && text[0] <= '9') || text[0] == '.');
    const auto opposite = unsigned_number ? parse_number(text) : std::nullopt;
    return opposite ? std::optional(-*opposite) : std::nullopt;
  }
  double value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::result_out_of_range && stop == end) {
    // Too small to tell from zero is a number, too large is not; from_chars does not say which of the two it met.
    value = std::strtod(std::string(text).c_str(), nullptr);
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
  }
  if (error != std::errc() || stop != end || !std::isfinite(value)) return std::nullopt;
  return value;
}

namespace {

/// Bytes of the well-formed UTF-8 character that `text` begins with; 0 where there is none.
size_t utf8_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const size_t length = lead < 0x80                   ? 1
                        : lead >= 0xC2 && lead < 0xE0 ? 2
                        : lead >= 0xE0 && lead < 0xF0 ? 3
                        : lead >= 0xF0 && lead < 0xF5 ? 4
                                                      : 0;
  if (length == 0 || length > text.size()) return 0;
  for (size_t k = 1; k < length; ++k) {
    if ((static_cast<unsigned char>(text[k]) & 0xC0) != 0x80) return 0;
  }
  const auto second = static_cast<unsigned char>(length > 1 ? text[1] : 0);
  const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
  const bool surrogate = lead == 0xED && second >= 0xA0;
  const bool beyond = lead == 0xF4 && second >= 0x90;
  return overlong || surrogate || beyond ? 0 : length;
}

/// Whether it changes the direction or the line of the text around it: the marks, embeddings, overrides and isolates of
/// Unicode's bidirectional algorithm (UAX 9), U+2028 and U+2029.
bool moves_text(uint32_t point) {
  return point == 0x061C || point == 0x200E || point == 0x200F || (point >= 0x2028 && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069);
}

/// Appends a character, or a byte of none; escaped where a terminal or a browser would obey it and not show it.
void append_visible(std::string_view one, std::string& out) {
  const auto byte = static_cast<unsigned char>(one[0]);
  if (byte >= 0x20 && byte < 0x7F) {
    out += one;
  } else if (byte == '\n') {
    out += "\\n";
  } else if (byte == '\r') {
    out += "\\r";
  } else if (byte == '\t') {
    out += "\\t";
  } else if (one.size() == 1) {
    out += fmt::format("\\x{:02x}", byte);
  } else if (byte == 0xC2 && static_cast<unsigned char>(one[1]) < 0xA0) {  // U+0080 to U+009F
    out += fmt::format("\\xc2\\x{:02x}", static_cast<unsigned char>(one[1]));
  } else {
    uint32_t point = byte & (0x7F >> one.size());
    for (const char next : one.substr(1)) point = point << 6 | (static_cast<unsigned char>(next) & 0x3F);
    out += moves_text(point) ? fmt::format("\\u{:04x}", point) : std::string(one);
  }
}

std::string visible(std::string_view text, bool lines) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0, length; i < text.size(); i += length) {
    length = std::max<size_t>(1, utf8_length(text.substr(i)));
    if (lines && text[i] == '\n') {
      out += '\n';
    } else {
      append_visible(text.substr(i, length), out);
    }
  }
  return out;
}

}  // namespace

std::string printable(std::string_view text) { return visible(text, /*lines=*/false); }
std::string printable_lines(std::string_view text) { return visible(text, /*lines=*/true); }

namespace {
std::atomic<bool> cells_hidden = false;
constexpr const char* kHidden = "(hidden)";
}  // namespace

void hide_cells() { cells_hidden = true; }
std::string shown_cell(std::string_view cell) { return cells_hidden ? kHidden : std::string(cell); }
std::string quote_cell(std::string_view cell) { return cells_hidden ? kHidden : quote(cell); }

std::vector<std::string> shown_cells(const std::vector<std::string>& cells) {
  return cells_hidden ? std::vector<std::string>(cells.size(), kHidden) : cells;
}

std::string quote(std::string_view text) {
  constexpr size_t kLongest = 60;
  const bool cut = text.size() > kLongest;
  if (cut) {
    text = text.substr(0, kLongest);
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0) == 0x80) text.remove_suffix(1);
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xC0) text.remove_suffix(1);
  }
  const bool readable = is_utf8(text);
  std::string out = "'";
  for (size_t i = 0, length; i < text.size(); i += length) {
    length = readable ? utf8_length(text.substr(i)) : 1;
    append_visible(text.substr(i, length), out);
  }
  return out + (cut ? "...'" : "'");
}

std::string join_names(const std::vector<std::string>& names, size_t limit) {
  std::string out;
  const size_t shown = names.size() > limit ? limit : names.size();
  for (size_t i = 0; i < shown; ++i) {
    const bool last = i + 1 == names.size();
    out += i == 0 ? "" : last ? " and " : ", ";
    out += names[i];
  }
  if (shown < names.size()) out += fmt::format(" and {} more", names.size() - shown);
  return out;
}

std::string grouped(long long count) {
  std::string digits = fmt::format("{}", count);
  for (auto i = static_cast<long long>(digits.size()) - 3; i > (count < 0 ? 1 : 0); i -= 3) digits.insert(i, 1, ',');
  return digits;
}

namespace {

template <class T>
std::string shortest_of(T value) {
  char buffer[32];
  return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

}  // namespace

std::string shortest(float value) { return shortest_of(value); }
std::string shortest(double value) { return shortest_of(value); }

double as_printed(float value) {
  // A float's shortest decimal has at most nine digits; with six, no two decimals read back as one float. The first
  // number of decimals with which the nearest decimal reads back is that of the shortest.
  constexpr int kFewestDigits = 6, kMostDigits = 9, kMostDecimals = 22;
  constexpr double kPowers[kMostDecimals + 1] = {
      1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};  // all of them exact
  const float magnitude = std::abs(value);
  if (magnitude >= 1e-12f && magnitude < 0x1p23f) {
    const double exact = magnitude;
    const int exponent = static_cast<int>(std::bit_cast<uint64_t>(exact) >> 52) - 1023;
    const int first = std::max(0, kFewestDigits - 2 - exponent * 30103 / 100000);
    const int last = std::min(kMostDecimals, first + kMostDigits - kFewestDigits + 3);
    for (int k = first; k <= last; ++k) {
      const double decimal = (exact * kPowers[k] + 0x1p52 - 0x1p52) / kPowers[k];  // of a half to the even one
      if (static_cast<float>(decimal) == magnitude) return std::copysign(decimal, value);
    }
  }
  // Others by text: no double is a power of ten beyond 1e22, and what is large is printed in the fewest characters, not
  // digits.
  char buffer[32];
  const char* end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
  double printed = 0;
  std::from_chars(buffer, end, printed);
  return printed;
}

bool is_utf8(std::string_view text) {
  constexpr uint64_t kHighBits = 0x8080808080808080;
  for (size_t i = 0, length; i < text.size(); i += length) {
    // Eight characters of ASCII at once.
    uint64_t eight = kHighBits;
    length = sizeof eight;
    if (text.size() - i >= sizeof eight) std::memcpy(&eight, text.data() + i, sizeof eight);
    if ((eight & kHighBits) == 0) continue;
    if ((length = utf8_length(text.substr(i))) == 0) return false;
  }
  return true;
}

}  // namespace mdl
