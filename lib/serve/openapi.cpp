#include "serve/openapi.h"

namespace mdl {

std::string_view openapi_document() {
  static constexpr std::string_view kDocument =
#include "openapi.json.inc"
      ;
  return kDocument;
}

}  // namespace mdl
