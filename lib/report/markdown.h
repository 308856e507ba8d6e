// Text of any bytes in GitHub-flavoured Markdown, inside and outside of tables.
#pragma once

#include <string>
#include <string_view>

namespace mdl {

/// A name as code, on one line: what is printable in it stands as it is, and nothing in it is taken for Markdown or
/// HTML.
std::string markdown_code(std::string_view name);

/// A sentence; names in it that look like Markdown, HTML or a mention of someone stay text.
std::string markdown_text(std::string_view text);

}  // namespace mdl
