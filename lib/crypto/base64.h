// Base64 with the standard alphabet (RFC 4648, section 4), as strict as formats that are signed or authenticated want it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mdl {

enum class Base64 { kPadded, kUnpadded };

std::string encode_base64(std::string_view bytes, Base64 padding);

/// Nothing where encode_base64() would not have written this very text: other characters (line feeds too), padding
/// that is missing, superfluous or inside, unused bits that are not zero.
std::optional<std::string> decode_base64(std::string_view text, Base64 padding);

}  // namespace mdl
