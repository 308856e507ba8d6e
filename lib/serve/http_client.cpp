#include <fmt/format.h>

#include <algorithm>

#include "serve/http_client.h"
#include "serve/server.h"

namespace mdl {
namespace {

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' || c == '_' ||
         c == '.' || c == '~';
}

}  // namespace

bool parse_http_server(const std::string& uri, HttpServer& server) {
  const size_t colon = uri.find("://");
  const std::string scheme = uri.substr(0, std::min(colon, uri.size()));
  if (scheme != "http" && scheme != "https") return false;
  const std::string rest = uri.substr(colon + 3);
  const size_t slash = std::min(rest.find('/'), rest.size());
  server.tls = scheme == "https";
  server.authority = rest.substr(0, slash);
  server.base = rest.substr(slash);
  while (server.base.ends_with('/')) server.base.pop_back();
  if (!std::ranges::all_of(server.base, [](char c) { return is_plain(c) || c == '/' || c == '%'; })) return false;

  const bool v6 = server.authority.starts_with('[');
  const size_t end = v6 ? server.authority.find(']') : server.authority.find(':');
  server.host = v6 ? server.authority.substr(1, end == std::string::npos ? end : end - 1)
                   : server.authority.substr(0, end);
  const std::string behind = end == std::string::npos ? "" : server.authority.substr(v6 ? end + 1 : end);
  server.port = behind.empty() ? (server.tls ? "443" : "80") : behind.substr(1);
  const bool digits = !server.port.empty() &&
                      std::ranges::all_of(server.port, [](char c) { return c >= '0' && c <= '9'; });
  const bool named = !server.host.empty() &&
                     std::ranges::all_of(server.host, [&](char c) { return is_plain(c) || (v6 && c == ':'); });
  return named && digits && server.port.size() <= 5 && (behind.empty() || behind[0] == ':') &&
         !(v6 && end == std::string::npos);
}

bool is_loopback(const HttpServer& server) {
  const bool number = server.host.find_first_not_of("0123456789.") == std::string::npos;
  return server.host == "localhost" || server.host == "::1" || (number && server.host.starts_with("127."));
}

HttpAnswer ask_server(const HttpServer& server, const HttpCall& call) { return serve_module().ask(server, call); }

std::string escape_uri(std::string_view text) {
  std::string escaped;
  for (const char c : text)
    escaped += is_plain(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<uint8_t>(c));
  return escaped;
}

}  // namespace mdl
