#include "predict/row_writer.h"

#include <charconv>

namespace mdl {

void Passthrough::clear() {
  constexpr size_t kLarge = 4 << 20;
  text.clear();
  if (text.capacity() > kLarge) text.shrink_to_fit();
  cells.clear();
  batch.reset();
}

std::string_view fixed(double value, int decimals, char (&room)[400]) {
  const char* end = std::to_chars(room, room + sizeof room, value, std::chars_format::fixed, decimals).ptr;
  std::string_view text(room, static_cast<size_t>(end - room));
  if (decimals > 0) {
    text = text.substr(0, text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.remove_suffix(1);
  }
  return text == "-0" ? "0" : text;
}

}  // namespace mdl
