// A request and its answer, whatever carries them.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace mdl {

/// All of a request but its body.
struct HttpRequest {
  std::string method;                                        // "GET", "POST", ...
  std::string target;                                        // as it came: the path, with what stands behind a '?'
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string remote;                                        // the address that it came from
  std::vector<std::string> certificate_names;  // of the client's certificate, which has been verified; empty: none

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
  std::vector<std::pair<std::string, std::string>> headers;  // further ones; values of printable ASCII

  /// What follows `body`: each call appends a part, once the part before has been sent, and returns whether there is
  /// another. When it throws, the answer is cut off so that the client sees it. Empty: `body` is all.
  std::function<bool(std::string& part)> more;
};

/// Sends the answer; to be called once, by any thread.
using Respond = std::function<void(HttpResponse)>;

/// Answers a request once its body is there; or the answer of one that needs none, or is refused without it.
using Answer = std::function<void(std::string body, Respond respond)>;
struct Admitted {
  Answer answer;
  std::function<void(int status)> abandon;  // called instead where the body does not come, or is not taken
};
using Begun = std::variant<Admitted, HttpResponse>;

/// The server while it runs. Work goes to its threads: `soon` behind what has come by then, `aside` where it may take
/// long.
struct RunningServer {
  using Post = std::function<void(std::function<void()> work)>;
  Post soon, aside;
  std::function<size_t()> connections;
};

}  // namespace mdl
