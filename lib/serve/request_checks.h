// What a request's head says of where it belongs, checked before anything else.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "serve/http.h"

namespace mdl {

/// Whom the service may be called by.
struct OwnNames {
  std::vector<std::string> hosts;  // names and addresses in lower case, without ports; empty: any
  bool behind_proxy = false;       // which may listen on another port
};

/// The refusal of a request that has no Host or several, is for another host (a name that was made to point here: DNS
/// rebinding), or comes from a page of another origin.
std::optional<HttpResponse> refuse_stranger(const HttpRequest& request, const OwnNames& own);

/// How a request is found again in logs.
struct RequestIds {
  std::string id;           // as the client says in X-Request-Id, or a new one
  std::string traceparent;  // W3C trace context, version 00 (w3.org/TR/trace-context); empty: none, or not well-formed

  /// 32 hexadecimal digits, or nothing.
  std::string_view trace() const {
    return traceparent.empty() ? std::string_view() : std::string_view(traceparent).substr(3, 32);
  }
};
RequestIds ids_of(const HttpRequest& request);

/// ASCII's letters in lower case.
std::string lower(std::string_view text);

/// {"error": why}
HttpResponse error_response(int status, std::string_view why);

/// A media type without its parameters, in lower case.
std::string media_type(std::string_view value);

}  // namespace mdl
