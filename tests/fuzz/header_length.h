// A safetensors file whose length fits its header, so that changes to the header get past the reader's first check.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// The bytes with the length of a header that closes with the last `ending`; nothing where there is none.
inline std::optional<std::string> with_fitting_length(std::string_view bytes, std::string_view ending) {
  constexpr size_t kLength = sizeof(uint64_t);
  const size_t last = bytes.rfind(ending);
  if (bytes.size() <= kLength || last == std::string_view::npos || last < kLength) return std::nullopt;
  const uint64_t length = last + ending.size() - kLength;
  return std::string(reinterpret_cast<const char*>(&length), kLength).append(bytes.substr(kLength));
}
