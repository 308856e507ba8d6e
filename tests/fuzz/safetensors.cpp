// The safetensors reader on any bytes: only mdl::Error comes out, and what it accepts is written to bytes that read the same.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "base/error.h"
#include "modelfile/safetensors.h"

namespace {

void check(std::string_view bytes) {
  mdl::Safetensors file;
  try {
    file = mdl::parse_safetensors(bytes, "x");
  } catch (const mdl::Error&) {
    return;
  }
  const std::string written = mdl::format_safetensors(file);
  const mdl::Safetensors again = mdl::parse_safetensors(written, "x");
  if (again.metadata != file.metadata || mdl::format_safetensors(again) != written) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check(bytes);
  // Once more with the length that fits the header, so that changes to it get past the first check.
  const size_t last = bytes.rfind('}');
  if (size <= 8 || last == std::string_view::npos || last < 8) return 0;
  const uint64_t length = last + 1 - 8;
  check(std::string(reinterpret_cast<const char*>(&length), 8).append(bytes.substr(8)));
  return 0;
}
