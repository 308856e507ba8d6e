// JSON that a program wrote. json::parse() itself takes the compiler seconds in every file that calls it.
#pragma once

#include "base/json.h"

template <class Json = nlohmann::json>
Json parsed(std::string_view text) {
  return mdl::parse_json<Json>(text, /*deepest=*/100, "it");
}
