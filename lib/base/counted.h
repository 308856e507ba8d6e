// A number with what it counts.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mdl {

/// "1 row", "1,234 rows", "2 classes", "3 categories": the plural is made of the last word.
std::string counted(int64_t count, std::string_view noun);

}  // namespace mdl
