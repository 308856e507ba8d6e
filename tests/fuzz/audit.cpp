// The verifier of audit logs on any bytes: only mdl::Error comes out, and what passes are lines that end with their
// hash.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/error.h"
#include "serve/audit_chain.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  mdl::AuditVerifier verifier({}, {});
  try {
    mdl::HeldBytes source(text);
    verifier.read(source, "x");
  } catch (const mdl::Error&) {
    return 0;
  }
  const mdl::AuditHead head = verifier.finish();
  if (head.sequence != std::ranges::count(text, '\n')) std::abort();
  if (head.sequence > 0 && !text.ends_with(head.hash + "\"}\n")) std::abort();
  return 0;
}
