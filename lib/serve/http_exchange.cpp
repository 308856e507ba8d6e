#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

#include "base/error.h"
#include "serve/http_client.h"
#include "serve/server.h"

namespace mdl {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using Problem = beast::error_code;

constexpr uint64_t kLargestAnswer = 4 << 20;

/// One request on a connection of its own: resolve, connect, TLS, write, read.
class Exchange {
 public:
  Exchange(const HttpServer& server, const HttpCall& call)
      : server_(server), tls_(asio::ssl::context::tls_client), resolver_(context_) {
    request_.version(11);
    request_.method_string(call.method);
    request_.target(server.base + call.path);
    request_.set(http::field::host, server.authority);
    request_.set(http::field::user_agent, "mdl/" MDL_VERSION);
    request_.set(http::field::connection, "close");
    if (!server.authorization.empty()) request_.set(http::field::authorization, server.authorization);
    if (!call.content_type.empty()) {
      request_.set(http::field::content_type, call.content_type);
      request_.body() = {call.body.data(), call.body.size()};
      request_.prepare_payload();
    }
    answer_.body_limit(kLargestAnswer);
    if (server.tls) prepare_tls();
  }

  HttpAnswer run() {
    resolver_.async_resolve(server_.host, server_.port, [this](Problem problem, const auto& found) {
      if (failed(problem)) return;
      connect(found);
    });
    context_.run_for(std::chrono::seconds(server_.seconds));
    if (!context_.stopped()) fail("has not answered in {} seconds", server_.seconds);
    if (problem_) fail("{}: {}", doing_, problem_.message());
    return {static_cast<int>(answer_.get().result_int()), answer_.get().body()};
  }

 private:
  void prepare_tls() {
    Problem problem;
    tls_.set_verify_mode(asio::ssl::verify_peer);
    if (server_.certificates.empty()) {
      tls_.set_default_verify_paths(problem);
    } else {
      tls_.load_verify_file(server_.certificates, problem);
    }
    if (problem) fail("{}: holds no certificates in PEM: {}", server_.certificates, problem.message());
    SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_2_VERSION);
    secure_ = std::make_unique<beast::ssl_stream<beast::tcp_stream>>(context_, tls_);
    secure_->set_verify_callback(asio::ssl::host_name_verification(server_.host));
    asio::ip::make_address(server_.host, problem);
    if (problem) SSL_set_tlsext_host_name(secure_->native_handle(), server_.host.c_str());  // it is no address
  }

  bool failed(Problem problem) {
    problem_ = problem;
    return problem.failed();
  }

  beast::tcp_stream& socket() { return secure_ ? secure_->next_layer() : plain_; }

  void connect(const tcp::resolver::results_type& found) {
    socket().async_connect(found, [this](Problem problem, const tcp::endpoint&) {
      if (failed(problem)) return;
      if (!secure_) return exchange(plain_);
      doing_ = "TLS failed";
      secure_->async_handshake(asio::ssl::stream_base::client, [this](Problem of_tls) {
        if (!failed(of_tls)) exchange(*secure_);
      });
    });
  }

  void exchange(auto& stream) {
    doing_ = "the connection broke";
    http::async_write(stream, request_, [this, &stream](Problem problem, size_t) {
      if (failed(problem)) return;
      http::async_read(stream, buffer_, answer_, [this](Problem of_reading, size_t) { failed(of_reading); });
    });
  }

  const HttpServer& server_;
  asio::io_context context_;
  asio::ssl::context tls_;
  tcp::resolver resolver_;
  beast::tcp_stream plain_{context_};
  std::unique_ptr<beast::ssl_stream<beast::tcp_stream>> secure_;
  http::request<http::span_body<const char>> request_;
  http::response_parser<http::string_body> answer_;
  beast::flat_buffer buffer_;
  const char* doing_ = "cannot be reached";
  Problem problem_;
};

}  // namespace

HttpAnswer exchange_http(const HttpServer& server, const HttpCall& call) {
  try {
    return Exchange(server, call).run();
  } catch (const boost::system::system_error& problem) {
    fail("cannot be asked: {}", problem.code().message());
  }
}

}  // namespace mdl
