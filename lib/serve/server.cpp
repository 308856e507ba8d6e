#include "serve/server.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <exception>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/signals.h"
#include "serve/connection.h"
#include "serve/file_watch.h"

namespace mdl {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;

constexpr std::string_view kTooMany =
    "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

class Server {
 public:
  Server(const ServerOptions& options, const ServerEvents& events)
      : options_(options), events_(events),
        connections_(options.most_connections,
                     options.behind_proxy ? options.most_connections : options.most_connections_of_address),
        aside_(options.threads), home_{options_, events_, connections_, aside_}, control_(asio::make_strand(context_)),
        acceptor_(control_), signals_(control_, SIGTERM, SIGINT, SIGHUP), retry_(control_), second_(control_),
        tls_files_({options.tls.certificate, options.tls.key, options.tls.client_ca}) {
    if (!options.tls.certificate.empty()) tls_ = make_tls_context(options.tls);
    listen();
  }

  void run() {
    wait_for_signal();
    wait_a_second();
    accept();
    events_.started(acceptor_.local_endpoint().port(),
                    {.soon = [this](auto work) { asio::post(context_, std::move(work)); },
                     .aside = [this](auto work) { asio::post(aside_, std::move(work)); },
                     .connections = [this] { return connections_.count(); }});
    std::vector<std::thread> threads;
    for (size_t i = 1; i < options_.threads; ++i) threads.push_back(start_without_signals([this] { answer_all(); }));
    answer_all();
    for (std::thread& thread : threads) thread.join();
    housekeeping_.join();
    aside_.stop();  // what is not done by now has nobody left to answer to
    aside_.join();
    events_.ended();
  }

 private:
  /// Where memory runs out in the middle of one connection, the others go on. Whether it ended by itself.
  bool attempt(auto work) {
    try {
      work();
      return true;
    } catch (const std::exception& error) {
      events_.trouble(fmt::format("a connection was given up: {}", error.what()));
      return false;
    }
  }

  void answer_all() {
    while (!attempt([this] { context_.run(); })) {
    }
  }

  void listen() {
    beast::error_code problem;
    const auto address = asio::ip::make_address(options_.address == "localhost" ? "127.0.0.1" : options_.address,
                                                problem);
    if (problem) fail("--host {}: is no address", options_.address);
    const tcp::endpoint endpoint(address, options_.port);
    acceptor_.open(endpoint.protocol(), problem);
    if (!problem) acceptor_.set_option(asio::socket_base::reuse_address(true), problem);
    if (!problem) acceptor_.bind(endpoint, problem);
    if (!problem) acceptor_.listen(asio::socket_base::max_listen_connections, problem);
    if (problem) fail("{}:{}: cannot be listened on: {}", options_.address, options_.port, problem.message());
  }

  void accept() {
    acceptor_.async_accept(asio::make_strand(context_), [this](beast::error_code problem, tcp::socket socket) {
      if (problem == asio::error::operation_aborted) return;
      if (!problem) {
        attempt([&] { take(std::move(socket)); });
        return accept();
      }
      // Descriptors may have run out: it goes on when some are free again.
      retry_.expires_after(std::chrono::milliseconds(100));
      retry_.async_wait([this](beast::error_code stopped) {
        if (!stopped) accept();
      });
    });
  }

  void take(tcp::socket socket) {
    beast::error_code problem;
    const auto remote = socket.remote_endpoint(problem);
    if (problem) return;
    const std::string address = remote.address().to_string();
    std::shared_ptr<asio::ssl::context> tls;
    {
      const std::lock_guard lock(tls_mutex_);
      tls = tls_;
    }
    const auto start = [&](auto connection, tcp::socket& refused) {
      if (connections_.add(connection, address)) return connection->start();
      if (!tls) refused.send(asio::buffer(kTooMany), MSG_DONTWAIT, problem);
      refused.close(problem);
    };
    if (tls) {
      using Stream = beast::ssl_stream<beast::tcp_stream>;
      // OpenSSL keeps the context for as long as the connection lives.
      auto connection = std::make_shared<Connection<Stream>>(home_, address, std::move(socket), *tls);
      start(connection, connection->socket());
    } else {
      auto connection = std::make_shared<Connection<beast::tcp_stream>>(home_, address, std::move(socket));
      start(connection, connection->socket());
    }
  }

  void wait_for_signal() {
    signals_.async_wait([this](beast::error_code problem, int signal) {
      if (problem) return;
      if (signal != SIGHUP) return end();
      keep_house([this] {
        reload_tls();
        events_.reload();
      });
      wait_for_signal();
    });
  }

  void wait_a_second() {
    second_.expires_after(std::chrono::seconds(1));
    second_.async_wait([this](beast::error_code problem) {
      if (problem) return;
      keep_house([this] {
        if (tls_files_.changed()) reload_tls();
        events_.look();
      });
      wait_a_second();
    });
  }

  void keep_house(std::function<void()> work) {
    asio::post(housekeeping_, [this, work = std::move(work)] {
      try {
        work();
      } catch (const std::exception& error) {
        events_.trouble(fmt::format("what has changed could not be looked at: {}", error.what()));
      }
    });
  }

  void reload_tls() {
    if (options_.tls.certificate.empty()) return;
    try {
      auto tls = make_tls_context(options_.tls);
      const std::lock_guard lock(tls_mutex_);
      tls_ = std::move(tls);
    } catch (const std::exception& error) {
      events_.trouble(std::string(error.what()) + "; the certificate that was there stays in use");
    }
  }

  void end() {
    events_.drain();
    beast::error_code ignored;
    acceptor_.close(ignored);
    second_.cancel();
    for (const auto& connection : connections_.end()) connection->end();
    deadline_ = std::chrono::steady_clock::now() + std::chrono::seconds(options_.grace_seconds);
    wait_for_answers();
  }

  void wait_for_answers() {
    if (connections_.count() == 0 || std::chrono::steady_clock::now() > deadline_) return context_.stop();
    retry_.expires_after(std::chrono::milliseconds(10));
    retry_.async_wait([this](beast::error_code) { wait_for_answers(); });
  }

  const ServerOptions& options_;
  const ServerEvents& events_;
  Connections connections_;  // outlives them
  asio::io_context context_;
  asio::thread_pool housekeeping_{1};  // beside the threads that answer
  asio::thread_pool aside_;
  ConnectionHome home_;
  asio::strand<asio::io_context::executor_type> control_;  // of what accepts and ends
  tcp::acceptor acceptor_;
  asio::signal_set signals_;
  asio::steady_timer retry_, second_;
  std::chrono::steady_clock::time_point deadline_;
  FileWatch tls_files_;
  std::mutex tls_mutex_;
  std::shared_ptr<asio::ssl::context> tls_;
};

void run_server(const ServerOptions& options, const ServerEvents& events) { Server(options, events).run(); }

}  // namespace
}  // namespace mdl

extern "C" const mdl::ServeModule* mdl_serve() {
  static const mdl::ServeModule module = {.run = mdl::run_server, .ask = mdl::exchange_http};
  return &module;
}
