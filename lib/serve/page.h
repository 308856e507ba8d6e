// The page at /, page.html: a person tries a row in a browser. It is the same for everybody and knows nothing of the
// models; it asks for them with a token that is typed into it.
#pragma once

#include <string>
#include <string_view>

namespace mdl {

/// HTML in UTF-8.
std::string_view page();

/// Its Content-Security-Policy: its own style and script, by their SHA-256, and requests to where it came from; nothing
/// else is loaded, sent or framed.
const std::string& page_security_policy();

}  // namespace mdl
