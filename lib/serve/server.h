// HTTP/1.1 on Boost.Beast, with TLS by OpenSSL: connections, limits and deadlines. A module of its own (mdl-serve.so).
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "serve/http.h"
#include "serve/http_client.h"

namespace mdl {

struct TlsOptions {
  std::string certificate;  // PEM, the server's first; empty: no TLS
  std::string key;          // PEM, readable by its owner alone
  std::string client_ca;    // PEM: whose client certificates are believed; empty: nobody's
};

struct ServerOptions {
  std::string address = "127.0.0.1";
  unsigned short port = 8080;  // 0: one that is free
  TlsOptions tls;
  bool behind_proxy = false;  // whose last entry in X-Forwarded-For is whom a request comes from
  size_t threads = 0;         // that answer, and as many for what takes long; at least 1 when it runs
  size_t most_connections = 1024;
  size_t most_connections_of_address = 256;  // but for a proxy
  size_t largest_body = 1 << 20;
  int read_seconds = 10;   // for a request once it has begun, and for the first of a connection
  int idle_seconds = 60;   // between requests
  int grace_seconds = 20;  // for requests in work when the server is to end
};

struct ServerEvents {
  /// Called when a request's head has come, by several threads at once.
  std::function<Begun(HttpRequest)> begin;
  std::function<void(unsigned short port, const RunningServer& server)> started;
  std::function<void()> reload;  // SIGHUP, on a thread of its own
  std::function<void()> look;    // every second, on that thread: whether files have changed
  std::function<void()> drain;   // SIGTERM or SIGINT: no more connections are taken
  std::function<void()> ended;   // nothing is answered any more; what still waits is to be given up
  std::function<void(const std::string& what)> trouble;  // what did not work, for a person
};

struct ServeModule {
  /// Serves until SIGTERM or SIGINT and the requests in work then are answered. Throws Error when it cannot listen.
  void (*run)(const ServerOptions&, const ServerEvents&);

  HttpAnswer (*ask)(const HttpServer&, const HttpCall&);  // ask_server()
};

/// The module, loaded by the first call. Throws Error when it is not there.
const ServeModule& serve_module();

}  // namespace mdl
