// What tables that are no text begin with; an Arrow stream with the marker of its first message.
#pragma once

#include <string_view>

namespace mdl {

inline constexpr std::string_view kParquetMagic = "PAR1", kArrowFileMagic = "ARROW1",
                                  kArrowStreamMagic = "\xff\xff\xff\xff";

}  // namespace mdl
