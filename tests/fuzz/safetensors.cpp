// The safetensors reader on any bytes: only mdl::Error comes out, and what it accepts is written to bytes that read the
// same.
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>

#include "base/error.h"
#include "header_length.h"
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
  if (const auto mended = with_fitting_length(bytes, "}")) check(*mended);
  return 0;
}
