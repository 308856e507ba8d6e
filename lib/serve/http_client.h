// A request to another machine's HTTP server, by Boost.Beast and OpenSSL in the module mdl-serve.so (server.h).
#pragma once

#include <string>
#include <string_view>

namespace mdl {

/// Where requests go.
struct HttpServer {
  bool tls = false;
  std::string host, port;
  std::string base;           // of all paths: "" or "/mlflow"
  std::string authority;      // host and port as the URI has them
  std::string certificates;   // PEM file of whom to believe; empty: the system's
  std::string authorization;  // "Bearer ..."; empty: none
  int seconds = 10;           // for a request and its answer
};

struct HttpCall {
  std::string method;        // GET, POST, PUT
  std::string path;          // with its query, escaped
  std::string content_type;  // empty: no body
  std::string_view body;
};

struct HttpAnswer {
  int status = 0;
  std::string body;
};

/// `uri` is http://HOST[:PORT][/BASE] or https://...; nothing where it is not.
bool parse_http_server(const std::string& uri, HttpServer& server);

/// Whether only this machine is asked.
bool is_loopback(const HttpServer& server);

/// Throws Error where there is no answer: "cannot be reached: Connection refused".
HttpAnswer ask_server(const HttpServer& server, const HttpCall& call);

/// What ask_server() calls in the module.
HttpAnswer exchange_http(const HttpServer& server, const HttpCall& call);

/// A text as a part of a path or query: all but letters, digits, '-', '_', '.' and '~' as %XX.
std::string escape_uri(std::string_view text);

}  // namespace mdl
