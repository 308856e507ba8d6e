// The service's routes as an OpenAPI document, configs/openapi.json.
#pragma once

#include <string_view>

namespace mdl {

/// OpenAPI 3.1, JSON.
std::string_view openapi_document();

}  // namespace mdl
