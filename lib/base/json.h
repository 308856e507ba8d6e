// JSON that others may have written: the one way in which files are read as JSON.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

namespace mdl {

/// A document is read in one pass that refuses what the parsed document would no longer show, or what would be costly
/// to hold: keys that come twice in an object, nesting beyond `deepest`, more than some millions of values. Throws
/// Error with the reason alone, which begins with `what`: "its header is nested too deeply". Json is nlohmann::json, or
/// nlohmann::ordered_json, which keeps the order of the keys.
template <class Json = nlohmann::json>
Json parse_json(std::string_view text, int deepest, std::string_view what);

}  // namespace mdl
