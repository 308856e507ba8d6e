// age's armor: a file as lines of base64 between BEGIN and END, for places that take text only.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/byte_filter.h"
#include "base/byte_source.h"

namespace mdl {

inline constexpr std::string_view kArmorMagic = "-----BEGIN AGE ENCRYPTED FILE-----";

/// The bytes inside the armor, around which white space may stand. Throws Error where a line is not as the format has
/// it.
std::unique_ptr<ByteSource> dearmor(std::unique_ptr<ByteSource> armored, const std::string& name);

std::unique_ptr<ByteFilter> armor();

}  // namespace mdl
