#include "table/null_values.h"

#include <algorithm>

#include "table/value.h"

namespace mdl {
NullValues::NullValues(std::vector<std::string> spellings) : spellings_(std::move(spellings)) {
  std::string room;
  for (const std::string& spelling : spellings_) {
    const std::string& text = texts_.emplace_back(canonical(spelling, room));
    begins_[first_byte(text)] = true;
    // What is composed may begin as an ASCII letter.
    if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) begins_.fill(true);
    const auto number = parse_number(text);
    if (!number) continue;
    numbers_.push_back({*number, text});
    for (const char c : std::string_view(*number < 0 ? "-" : *number > 0 ? "+.0123456789" : "-+.0123456789"))
      begins_[static_cast<unsigned char>(c)] = true;
  }
}

bool NullValues::is_one(std::string_view cell) const {
  std::string room;
  if (std::ranges::find(texts_, canonical(cell, room)) != texts_.end()) return true;
  if (numbers_.empty()) return false;
  const auto number = parse_number(cell);
  return number && std::ranges::any_of(numbers_, [&](const Number& one) {
           return one.value == *number && same_number(one.text, cell);
         });
}

}  // namespace mdl
