// gzip and zstd, the other way round.
#pragma once

#include <memory>
#include <string>

#include "base/byte_filter.h"

namespace mdl {

/// By the end of a file's name, .gz or .zst; null for others, which are not packed.
std::unique_ptr<ByteFilter> compressor_for(const std::string& path);

}  // namespace mdl
