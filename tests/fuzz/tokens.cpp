// The reader of tokens on any bytes: only mdl::Error comes out, and what is read is written and read back as the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "serve/tokens.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<mdl::Token> tokens;
  try {
    tokens = mdl::parse_tokens({reinterpret_cast<const char*>(data), size}, "x");
  } catch (const mdl::Error&) {
    return 0;
  }
  for (const mdl::Token& token : tokens) {
    if (token.id.empty() || token.scopes.empty() || token.sha256.empty() == token.certificate.empty()) std::abort();
    for (const std::string& range : token.addresses) {
      if (!mdl::parse_address_range(range)) std::abort();
    }
  }
  const std::string text = mdl::format_tokens(tokens);
  if (mdl::format_tokens(mdl::parse_tokens(text, "x")) != text) std::abort();
  return 0;
}
