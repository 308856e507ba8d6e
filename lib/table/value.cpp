#include "table/value.h"

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>

#include "base/text.h"

namespace mdl {
namespace {

bool is_ascii(std::string_view text) {
  uint64_t seen = 0, word = 0;
  size_t i = 0;
  for (; i + sizeof word <= text.size(); i += sizeof word) {
    std::memcpy(&word, text.data() + i, sizeof word);
    seen |= word;
  }
  for (; i < text.size(); ++i) seen |= static_cast<unsigned char>(text[i]);
  return (seen & 0x8080808080808080) == 0;
}

/// 1.000 as 1; -0 as 0.
std::string_view without_zero_fraction(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789";
  if (text.empty() || text[0] > '9') return text;
  const size_t sign = text.starts_with('-') ? 1 : 0, end = std::min(text.find_first_not_of(kDigits, sign), text.size());
  const std::string_view digits = text.substr(sign, end - sign), rest = text.substr(end);
  const bool whole = !digits.empty() && (digits == "0" || digits[0] != '0');
  const bool zeros = rest.empty() ||
                     (rest.size() > 1 && rest[0] == '.' && rest.find_first_not_of('0', 1) == std::string_view::npos);
  if (!whole || !zeros) return text;
  return digits == "0" ? digits : text.substr(0, end);
}

/// "true" or "false" where it is one in any case; else nothing.
std::string_view label(std::string_view text) {
  for (const std::string_view word : {"true", "false"}) {
    const bool same = std::ranges::equal(
        text, word, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
    if (same) return word;
  }
  return {};
}

/// The spelling by which a label is found in any case, which no cell is.
std::string any_case(std::string_view label) { return std::string(1, '\0').append(label); }

/// What all spellings of a number share: -0099.90 and -9.99e1 are "-999e-1".
std::string decimal(std::string_view number) {
  number = trim(number);
  const bool negative = number.starts_with('-');
  if (negative || number.starts_with('+')) number.remove_prefix(1);
  const size_t e = std::min(number.find_first_of("eE"), number.size());
  int64_t exponent = 0;
  if (e < number.size()) {
    const std::string_view digits = number.substr(e + (number.substr(e + 1).starts_with('+') ? 2 : 1));
    std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
  }
  std::string digits;
  const size_t point = std::min(number.find('.'), e);
  digits += number.substr(0, point);
  if (point < e) digits += number.substr(point + 1, e - point - 1);
  exponent -= point < e ? static_cast<int64_t>(e - point) - 1 : 0;
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  const size_t zeros = digits.size() - (digits.find_last_not_of('0') + 1);
  digits.resize(digits.size() - zeros);
  if (digits.empty()) return "0";
  return (negative ? "-" : "") + digits + "e" + std::to_string(exponent + static_cast<int64_t>(zeros));
}

bool is_truth(const std::string& spelling) { return !label(strip(spelling)).empty(); }

}  // namespace

std::string_view canonical(std::string_view cell, std::string& room) {
  cell = strip(cell);
  if (is_ascii(cell)) return without_zero_fraction(cell);
  utf8proc_uint8_t* composed = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(cell.data()),
                                 static_cast<utf8proc_ssize_t>(cell.size()), &composed,
                                 static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(composed, std::free);
  if (size < 0) return cell;
  room.assign(reinterpret_cast<const char*>(composed), static_cast<size_t>(size));
  return room;
}

std::vector<size_t> names_of_values(const std::vector<std::string>& spellings) {
  // Few spellings are not canonical; only these and the ones that they are spellings of are looked at.
  const bool labels = std::ranges::all_of(spellings, is_truth);
  std::string room;
  const auto value_of = [&](const std::string& spelling) {
    return labels ? label(strip(spelling)) : canonical(spelling, room);
  };
  std::map<std::string, size_t, std::less<>> names;
  for (size_t i = 0; i < spellings.size(); ++i) {
    if (const std::string_view value = value_of(spellings[i]); value != spellings[i])
      names.try_emplace(std::string(value), i);
  }
  if (names.empty()) return {};
  const auto before = [&](size_t a, size_t b) {
    return std::pair(spellings[a].size(), spellings[a]) < std::pair(spellings[b].size(), spellings[b]);
  };
  const auto for_each_named = [&](auto&& action) {
    for (size_t i = 0; i < spellings.size(); ++i) {
      if (const auto found = names.find(value_of(spellings[i])); found != names.end()) action(i, found->second);
    }
  };
  for_each_named([&](size_t i, size_t& name) {
    if (before(i, name)) name = i;
  });
  std::vector<size_t> out(spellings.size());
  for (size_t i = 0; i < out.size(); ++i) out[i] = i;
  bool merged = false;
  for_each_named([&](size_t i, size_t name) {
    out[i] = name;
    merged = merged || name != i;
  });
  return merged ? out : std::vector<size_t>();
}

bool same_number(std::string_view a, std::string_view b) { return decimal(a) == decimal(b); }

std::string quote_spelling(const std::string& spelling) {
  std::string room;
  if (is_ascii(spelling) || canonical(spelling, room) == spelling) return quote(spelling);
  std::string escaped;
  for (const char c : spelling)
    escaped += static_cast<unsigned char>(c) < 0x80 ? std::string(1, c)
                                                    : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  return quote(escaped);
}

ValueIndex::ValueIndex(std::vector<std::string> names) : size_(names.size()), values_(std::move(names)) {
  const std::vector<std::string>& values = values_;
  const bool differ = values.size() < 2 || label(strip(values[0])) != label(strip(values[1]));
  const bool labels = (values.size() == 1 || values.size() == 2) && differ && std::ranges::all_of(values, is_truth);
  for (size_t i = 0; i < values.size(); ++i) add(values[i], i);
  std::string room;
  for (size_t i = 0; i < values.size(); ++i) add(canonical(values[i], room), i);
  for (size_t i = 0; labels && i < values.size(); ++i) add(any_case(label(strip(values[i]))), i);
}

ValueIndex::ValueIndex(size_t size, HashedValues spellings, std::span<const int64_t> further_values)
    : size_(size), hashes_(std::move(spellings)) {
  for (size_t i = 0; i < size; ++i) value_of_.push_back(static_cast<int32_t>(i));
  for (const int64_t value : further_values) value_of_.push_back(static_cast<int32_t>(value));
}

ValueIndex ValueIndex::hashed() const {
  ValueIndex index;
  index.size_ = size_;
  index.value_of_ = value_of_;
  index.hashes_ = HashedValues::of(spellings_);
  return index;
}

void ValueIndex::add(std::string_view spelling, size_t value) {
  const auto known = static_cast<size_t>(dictionary_.code(spelling, spellings_));
  if (known == value_of_.size()) value_of_.push_back(static_cast<int32_t>(value));
}

int32_t ValueIndex::find_otherwise(std::string_view cell) const {
  std::string room;
  const std::string_view value = canonical(cell, room);
  int32_t known = value == cell ? Dictionary::kNone : spelling(value);
  if (known == Dictionary::kNone) {
    if (const std::string_view word = label(value); !word.empty()) known = spelling(any_case(word));
  }
  return known == Dictionary::kNone ? -1 : value_of_[static_cast<size_t>(known)];
}

}  // namespace mdl
