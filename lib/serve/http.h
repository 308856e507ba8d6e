// A request and its answer, whatever carries them.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mdl {

struct HttpRequest {
  std::string method;                                        // "GET", "POST", ...
  std::string target;                                        // as it came: the path, with what stands behind a '?'
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;
  std::string remote;  // the address that it came from

  /// The value of a header; empty where there is none.
  std::string_view header(std::string_view name) const {
    const auto found = std::ranges::find(headers, name, &std::pair<std::string, std::string>::first);
    return found == headers.end() ? std::string_view() : found->second;
  }
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::vector<std::pair<std::string, std::string>> headers;  // further ones; values without line ends
};

}  // namespace mdl
