#include "serve/server.h"

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <csignal>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/signals.h"

namespace mdl {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;

constexpr size_t kLargestHeader = 8 << 10, kMostFields = 100, kFirstBytes = 4 << 10;
constexpr std::chrono::seconds kLinger{2};

class Connection;

/// The connections there are, and how many of each address.
class Connections {
 public:
  Connections(size_t most, size_t most_of_address) : most_(most), most_of_address_(most_of_address) {}

  bool add(const std::shared_ptr<Connection>& connection, const std::string& address) {
    const std::lock_guard lock(mutex_);
    if (ending_ || all_.size() >= most_ || by_address_[address] >= most_of_address_) {
      if (by_address_[address] == 0) by_address_.erase(address);
      return false;
    }
    all_.insert(connection);
    ++by_address_[address];
    return true;
  }

  void remove(const std::shared_ptr<Connection>& connection, const std::string& address) {
    const std::lock_guard lock(mutex_);
    if (all_.erase(connection) > 0 && --by_address_[address] == 0) by_address_.erase(address);
  }

  /// No more are taken. Returns those there are.
  std::vector<std::shared_ptr<Connection>> end() {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    return {all_.begin(), all_.end()};
  }

  bool ending() const {
    const std::lock_guard lock(mutex_);
    return ending_;
  }
  bool empty() const {
    const std::lock_guard lock(mutex_);
    return all_.empty();
  }

 private:
  size_t most_, most_of_address_;
  mutable std::mutex mutex_;
  bool ending_ = false;
  std::set<std::shared_ptr<Connection>> all_;
  std::map<std::string, size_t> by_address_;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, std::string address, const ServerOptions& options, const ServerEvents& events,
             Connections& connections)
      : stream_(std::move(socket)), address_(std::move(address)), options_(options), events_(events),
        connections_(connections) {}

  void start() {
    beast::error_code ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
    wait_for_request();
  }

  /// Ends it, now where it waits for a request, else after the answer.
  void end() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
      if (self->idle_) self->close();
    });
  }

 private:
  void wait_for_request() {
    idle_ = true;
    if (connections_.ending()) return close();
    parser_.emplace();
    parser_->header_limit(kLargestHeader);
    parser_->body_limit(options_.largest_body);
    stream_.expires_after(std::chrono::seconds(options_.idle_seconds));
    if (buffer_.size() > 0) return read_request();  // the next one has come behind the last
    stream_.async_read_some(buffer_.prepare(kFirstBytes),
                            [self = shared_from_this()](beast::error_code problem, size_t got) {
                              if (problem) return self->close();
                              self->buffer_.commit(got);
                              self->read_request();
                            });
  }

  void read_request() {
    idle_ = false;
    stream_.expires_after(std::chrono::seconds(options_.read_seconds));
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](beast::error_code problem, size_t) { self->answer(problem); });
  }

  void answer(beast::error_code problem) {
    if (problem == http::error::body_limit) return refuse(413, "the body is larger than is taken here");
    if (problem == http::error::header_limit) return refuse(431, "the header is larger than is taken here");
    if (problem == http::error::end_of_stream || problem == http::error::partial_message) return close();
    if (problem.category() == make_error_code(http::error::bad_method).category())
      return refuse(400, "the request is no well-formed HTTP/1.1");
    if (problem) return close();
    const http::request<http::string_body>& came = parser_->get();
    HttpRequest request{.method = std::string(came.method_string()),
                        .target = std::string(came.target()),
                        .body = std::move(parser_->get().body()),
                        .remote = address_};
    size_t fields = 0;
    for (const auto& field : came) {
      std::string name(field.name_string());
      for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
      request.headers.emplace_back(std::move(name), std::string(field.value()));
      if (++fields > kMostFields) return refuse(431, "more header fields than are taken here");
    }
    send(events_.answer(request), came.keep_alive());
  }

  void refuse(int status, const char* why) {
    send({.status = status, .body = fmt::format(R"({{"error":"{}"}})", why)}, /*keep_alive=*/false);
  }

  void send(const HttpResponse& response, bool keep_alive) {
    http::response<http::string_body> out{static_cast<http::status>(response.status), 11};
    out.set(http::field::content_type, response.content_type);
    out.set(http::field::cache_control, "no-store");
    out.set("X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : response.headers) out.set(name, value);
    out.body() = response.body;
    out.keep_alive(keep_alive && !connections_.ending());
    out.prepare_payload();
    response_.emplace(std::move(out));
    stream_.expires_after(std::chrono::seconds(options_.read_seconds));
    http::async_write(stream_, *response_, [self = shared_from_this()](beast::error_code problem, size_t) {
      if (problem) return self->close();
      if (!self->response_->keep_alive()) return self->linger();
      self->response_.reset();
      self->wait_for_request();
    });
  }

  /// What still comes is read and lost for a while: closed at once, the answer might be lost before it is read.
  void linger() {
    beast::error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.expires_after(kLinger);
    discard();
  }

  void discard() {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(kLargestHeader),
                            [self = shared_from_this()](beast::error_code problem, size_t) {
                              if (problem) return self->close();
                              self->discard();
                            });
  }

  void close() {
    beast::error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
    stream_.close();
    connections_.remove(shared_from_this(), address_);
  }

  beast::tcp_stream stream_;
  std::string address_;
  const ServerOptions& options_;
  const ServerEvents& events_;
  Connections& connections_;
  beast::flat_buffer buffer_{kLargestHeader + (1 << 16)};
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> response_;
  bool idle_ = true;
};

class Server {
 public:
  Server(const ServerOptions& options, const ServerEvents& events)
      : options_(options), events_(events), connections_(options.most_connections, options.most_connections_of_address),
        acceptor_(context_), signals_(context_, SIGTERM, SIGINT, SIGHUP), timer_(context_) {
    listen();
  }

  void run() {
    wait_for_signal();
    accept();
    events_.started(acceptor_.local_endpoint().port());
    std::vector<std::thread> threads;
    for (size_t i = 1; i < options_.threads; ++i) threads.push_back(start_without_signals([this] { context_.run(); }));
    context_.run();
    for (std::thread& thread : threads) thread.join();
    reloading_.join();
  }

 private:
  void listen() {
    beast::error_code problem;
    const auto address = asio::ip::make_address(options_.address, problem);
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
      if (!problem) take(std::move(socket));
      if (!problem) return accept();
      // Descriptors may have run out: it goes on when some are free again.
      timer_.expires_after(std::chrono::milliseconds(100));
      timer_.async_wait([this](beast::error_code stopped) {
        if (!stopped) accept();
      });
    });
  }

  void take(tcp::socket socket) {
    beast::error_code problem;
    const auto remote = socket.remote_endpoint(problem);
    if (problem) return;
    const std::string address = remote.address().to_string();
    auto connection = std::make_shared<Connection>(std::move(socket), address, options_, events_, connections_);
    if (connections_.add(connection, address)) connection->start();
  }

  void wait_for_signal() {
    signals_.async_wait([this](beast::error_code problem, int signal) {
      if (problem) return;
      if (signal != SIGHUP) return end();
      asio::post(reloading_, events_.reload);
      wait_for_signal();
    });
  }

  void end() {
    events_.drain();
    beast::error_code ignored;
    acceptor_.close(ignored);
    for (const auto& connection : connections_.end()) connection->end();
    deadline_ = std::chrono::steady_clock::now() + std::chrono::seconds(options_.grace_seconds);
    wait_for_answers();
  }

  void wait_for_answers() {
    if (connections_.empty() || std::chrono::steady_clock::now() > deadline_) return context_.stop();
    timer_.expires_after(std::chrono::milliseconds(10));
    timer_.async_wait([this](beast::error_code) { wait_for_answers(); });
  }

  const ServerOptions& options_;
  const ServerEvents& events_;
  asio::io_context context_;
  asio::thread_pool reloading_{1};  // beside the threads that answer
  Connections connections_;
  tcp::acceptor acceptor_;
  asio::signal_set signals_;
  asio::steady_timer timer_;
  std::chrono::steady_clock::time_point deadline_;
};

void run_server(const ServerOptions& options, const ServerEvents& events) { Server(options, events).run(); }

}  // namespace
}  // namespace mdl

extern "C" const mdl::ServeModule* mdl_serve() {
  static const mdl::ServeModule module = {.run = mdl::run_server};
  return &module;
}
