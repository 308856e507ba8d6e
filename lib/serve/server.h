// HTTP/1.1 on Boost.Beast: connections, limits and deadlines. A module of its own (mdl-serve.so).
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "serve/http.h"

namespace mdl {

struct ServerOptions {
  std::string address = "127.0.0.1";
  unsigned short port = 8080;  // 0: one that is free
  size_t threads = 1;
  size_t most_connections = 256, most_connections_of_address = 64;
  size_t largest_body = 1 << 20;
  int read_seconds = 10, idle_seconds = 60;  // for a request once it has begun; between requests
  int grace_seconds = 20;                    // for requests in work when the server is to end
};

struct ServerEvents {
  std::function<HttpResponse(const HttpRequest&)> answer;  // called by several threads at once
  std::function<void(unsigned short port)> started;
  std::function<void()> reload;  // SIGHUP
  std::function<void()> drain;   // SIGTERM or SIGINT: no more connections are taken
};

/// Serves until SIGTERM or SIGINT and the requests in work then are answered. Throws Error when it cannot listen.
struct ServeModule {
  void (*run)(const ServerOptions&, const ServerEvents&);
};

/// The module, loaded by the first call. Throws Error when it is not there.
const ServeModule& serve_module();

}  // namespace mdl
