// What tables begin with that are not CSV; an Arrow stream with the marker of its first message.
#pragma once

#include <string_view>

namespace mdl {

inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF", kUtf16LittleMark = "\xFF\xFE",
                                  kUtf16BigMark = "\xFE\xFF", kJsonStart = "{\"", kZipMagic = "PK\x03\x04";
inline constexpr std::string_view kParquetMagic = "PAR1", kArrowFileMagic = "ARROW1",
                                  kArrowStreamMagic = "\xff\xff\xff\xff";

}  // namespace mdl
