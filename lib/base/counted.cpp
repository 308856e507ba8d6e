#include "base/counted.h"

#include "base/text.h"

namespace mdl {

std::string counted(int64_t count, std::string_view noun) {
  const std::string text = grouped(count) + " ";
  if (count == 1) return text + std::string(noun);
  if (noun.ends_with('s')) return text + std::string(noun) + "es";
  const bool after_consonant = noun.size() > 1 &&
                               std::string_view("aeiou").find(noun[noun.size() - 2]) == std::string_view::npos;
  if (noun.ends_with('y') && after_consonant) return text + std::string(noun.substr(0, noun.size() - 1)) + "ies";
  return text + std::string(noun) + "s";
}

}  // namespace mdl
