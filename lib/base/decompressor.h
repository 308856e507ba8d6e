// gzip and zstd, read.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/byte_source.h"

namespace mdl {

inline constexpr std::string_view kGzipMagic = "\x1f\x8b", kZstdMagic = "\x28\xb5\x2f\xfd";

/// Of all members or frames, one behind the other. read() throws Error with `name` when the data is damaged or ends too
/// early.
std::unique_ptr<ByteSource> decompress_gzip(std::unique_ptr<ByteSource> compressed, const std::string& name);
std::unique_ptr<ByteSource> decompress_zstd(std::unique_ptr<ByteSource> compressed, const std::string& name);

}  // namespace mdl
