#include "serve/request_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"

namespace mdl {
namespace {

constexpr std::string_view kHexadecimal = "0123456789abcdef";
constexpr size_t kLongestId = 64;

/// "localhost:8080" without the port, "[::1]:8080" without port and brackets.
std::string_view host_without_port(std::string_view host) {
  const size_t bracket = host.find(']');
  if (host.starts_with('[')) return bracket == std::string_view::npos ? "" : host.substr(1, bracket - 1);
  return host.substr(0, host.rfind(':'));
}

bool is_hexadecimal(std::string_view text) {
  return text.find_first_not_of(kHexadecimal) == std::string_view::npos &&
         text.find_first_not_of('0') != std::string_view::npos;
}

bool is_traceparent(std::string_view text) {
  return text.size() == 55 && text.starts_with("00-") && text[35] == '-' && text[52] == '-' &&
         is_hexadecimal(text.substr(3, 32)) && is_hexadecimal(text.substr(36, 16)) &&
         text.substr(53).find_first_not_of(kHexadecimal) == std::string_view::npos;
}

bool is_id(std::string_view text) {
  const auto usable = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  return !text.empty() && text.size() <= kLongestId && std::ranges::all_of(text, usable);
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return out;
}

std::optional<HttpResponse> refuse_stranger(const HttpRequest& request, const OwnNames& own) {
  const auto count = [&](std::string_view name) {
    return std::ranges::count(request.headers, name, &std::pair<std::string, std::string>::first);
  };
  for (const char* once : {"host", "origin", "authorization", "content-type"}) {
    if (count(once) > 1) return error_response(400, fmt::format("the header {} comes more than once", once));
  }
  const std::string host = lower(request.header("host"));
  if (host.empty()) return error_response(400, "the request has no header Host");
  const std::string_view name = host_without_port(host);
  if (!own.hosts.empty() && std::ranges::find(own.hosts, name) == own.hosts.end())
    return error_response(421, "this service is not called by this name; its operator can add it (hosts)");
  if (count("origin") == 0) return std::nullopt;
  const std::string origin = lower(request.header("origin"));
  const size_t scheme = origin.find("://");
  const std::string_view from = scheme == std::string::npos ? "" : std::string_view(origin).substr(scheme + 3);
  const bool same = own.behind_proxy ? host_without_port(from) == name : from == host;
  if (!same) return error_response(403, "pages of other origins may not call this service");
  return std::nullopt;
}

RequestIds ids_of(const HttpRequest& request) {
  static std::atomic<uint64_t> count = 0;
  RequestIds ids;
  if (const std::string_view given = request.header("x-request-id"); is_id(given)) {
    ids.id = given;
  } else {
    const uint64_t number = count.fetch_add(1, std::memory_order_relaxed);
    char bytes[sizeof number];
    std::memcpy(bytes, &number, sizeof number);
    ids.id = fmt::format("{:016x}", keyed_hash({bytes, sizeof bytes}));
  }
  if (const std::string_view trace = request.header("traceparent"); is_traceparent(trace)) ids.traceparent = trace;
  return ids;
}

HttpResponse error_response(int status, std::string_view why) {
  using Json = nlohmann::json;
  return {.status = status, .body = Json{{"error", why}}.dump(-1, ' ', false, Json::error_handler_t::replace)};
}

std::string media_type(std::string_view value) { return lower(trim(value.substr(0, value.find(';')))); }

}  // namespace mdl
