#include "serve/page.h"

#include <fmt/format.h>

#include "crypto/base64.h"
#include "crypto/sha256.h"

namespace mdl {
namespace {

constexpr std::string_view kPage =
#include "page.html.inc"
    ;

/// As CSP names it: of what stands between <tag> and </tag>, of which there is one.
std::string source_of(std::string_view tag) {
  const size_t begin = kPage.find(fmt::format("<{}>", tag)) + tag.size() + 2;
  const std::string hex = sha256_of(kPage.substr(begin, kPage.find(fmt::format("</{}>", tag)) - begin));
  std::string bytes;
  for (size_t i = 0; i < hex.size(); i += 2) bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  return fmt::format("'sha256-{}'", encode_base64(bytes, Base64::kPadded));
}

}  // namespace

std::string_view page() { return kPage; }

const std::string& page_security_policy() {
  static const std::string policy = fmt::format(
      "default-src 'none'; style-src {}; script-src {}; img-src data:; connect-src 'self'; form-action 'none'; "
      "frame-ancestors 'none'; base-uri 'none'",
      source_of("style"), source_of("script"));
  return policy;
}

}  // namespace mdl
