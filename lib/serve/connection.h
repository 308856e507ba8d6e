// One connection: requests one after the other, each read within limits and deadlines and answered before the next.
#pragma once

#include <fmt/format.h>

#include <array>
#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "serve/connections.h"
#include "serve/request_checks.h"
#include "serve/server.h"
#include "serve/tls.h"

namespace mdl {

/// What all connections share.
struct ConnectionHome {
  const ServerOptions& options;
  const ServerEvents& events;
  Connections& connections;
  boost::asio::thread_pool& aside;
};

/// `Stream` is beast::tcp_stream, or a beast::ssl_stream of it.
template <class Stream>
class Connection final : public AnyConnection {
  using Problem = boost::beast::error_code;
  using Part = std::shared_ptr<std::string>;
  static constexpr bool kTls = !std::is_same_v<Stream, boost::beast::tcp_stream>;
  static constexpr size_t kLargestHeader = 8 << 10, kMostFields = 100, kFirstBytes = 4 << 10, kSmallBody = 64 << 10;
  static constexpr size_t kSlowest = 256 << 10;  // bytes a second of a body that is large
  static constexpr std::chrono::seconds kLinger{2};

 public:
  template <class... Arguments>
  Connection(const ConnectionHome& home, std::string address, Arguments&&... arguments)
      : home_(home), address_(std::move(address)), stream_(std::forward<Arguments>(arguments)...) {}
  ~Connection() override { home_.connections.remove(this, address_); }

  void start() {
    boost::asio::dispatch(stream_.get_executor(), [self = self()] { self->begin_connection(); });
  }

  boost::asio::ip::tcp::socket& socket() { return lowest().socket(); }

  void end() override {
    boost::asio::post(stream_.get_executor(), [self = self()] {
      // A request that has come already is answered.
      Problem problem;
      if (self->idle_ && self->socket().available(problem) == 0) self->close();
    });
  }

 private:
  void begin_connection() {
    Problem ignored;
    lowest().socket().set_option(boost::asio::ip::tcp::no_delay(true), ignored);
    if constexpr (kTls) {
      deadline(home_.options.read_seconds);
      stream_.async_handshake(boost::asio::ssl::stream_base::server, [self = self()](Problem problem) {
        if (problem) return self->close();
        self->certificate_names_ = names_of_client(self->stream_.native_handle());
        self->wait_for_request(self->home_.options.read_seconds);
      });
    } else {
      wait_for_request(home_.options.read_seconds);
    }
  }

  std::shared_ptr<Connection> self() { return std::static_pointer_cast<Connection>(shared_from_this()); }
  boost::beast::tcp_stream& lowest() { return boost::beast::get_lowest_layer(stream_); }
  void deadline(size_t seconds) { lowest().expires_after(std::chrono::seconds(seconds)); }

  void wait_for_request(int seconds) {
    idle_ = true;
    without_body_ = false;
    chunked_ = true;
    if (home_.connections.ending() && buffer_.size() == 0) return linger();
    parser_.emplace();
    parser_->header_limit(kLargestHeader);
    parser_->body_limit(home_.options.largest_body);
    if (buffer_.size() > 0) return read_head();  // the next one has come behind the last
    deadline(static_cast<size_t>(seconds));
    stream_.async_read_some(buffer_.prepare(kFirstBytes), [self = self()](Problem problem, size_t got) {
      if (problem) return self->close();
      self->buffer_.commit(got);
      self->read_head();
    });
  }

  void read_head() {
    idle_ = false;
    deadline(static_cast<size_t>(home_.options.read_seconds));
    boost::beast::http::async_read_header(stream_, buffer_, *parser_,
                                          [self = self()](Problem problem, size_t) { self->begin(problem); });
  }

  void begin(Problem problem) {
    if (refused(problem)) return;
    const auto& head = parser_->get();
    HttpRequest request{.method = std::string(head.method_string()),
                        .target = std::string(head.target()),
                        .remote = address_,
                        .certificate_names = certificate_names_};
    size_t fields = 0;
    for (const auto& field : head) {
      request.headers.emplace_back(lower(field.name_string()), std::string(field.value()));
      if (++fields > kMostFields) return refuse(431, "more header fields than are taken here");
    }
    if (home_.options.behind_proxy) request.remote = forwarded_for(request.headers);
    keep_alive_ = head.keep_alive();
    chunked_ = head.version() >= 11;
    without_body_ = head.method() == boost::beast::http::verb::head;
    const std::string expect(chunked_ ? request.header("expect") : "");
    for (const auto& [name, value] : request.headers) {
      // Others would be taken for no body, and what follows for the next request.
      if (name == "transfer-encoding" && !(chunked_ && parser_->chunked() && boost::beast::iequals(value, "chunked")))
        return refuse(501, "of transfer codings only chunked is taken");
    }
    Begun begun = home_.events.begin(std::move(request));
    const size_t size = parser_->content_length() ? *parser_->content_length() : home_.options.largest_body;
    if (auto* response = std::get_if<HttpResponse>(&begun)) {
      // A small body is read, so that the connection may go on.
      const bool small = parser_->is_done() || (parser_->content_length() && size <= kSmallBody && expect.empty());
      if (!small) {
        keep_alive_ = false;
        return send(std::move(*response));
      }
      admitted_ = {[refusal = std::move(*response)](const std::string&, const Respond& respond) { respond(refusal); },
                   [](int) {}};
    } else {
      admitted_ = std::move(std::get<Admitted>(begun));
    }
    if (parser_->is_done()) return answer();
    deadline(static_cast<size_t>(home_.options.read_seconds) + size / kSlowest);
    if (expect.empty()) return read_body();
    if (!boost::beast::iequals(expect, "100-continue")) return refuse(417, "this is not expected here");
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    boost::asio::async_write(stream_, boost::asio::buffer(kContinue), [self = self()](Problem stopped, size_t) {
      if (stopped) return self->close();
      self->read_body();
    });
  }

  /// A proxy adds whom it speaks for behind what it was told, which may be anything.
  std::string forwarded_for(const std::vector<std::pair<std::string, std::string>>& headers) const {
    for (const auto& [name, value] : headers | std::views::reverse) {
      if (name != "x-forwarded-for") continue;
      std::string last = value.substr(value.rfind(',') + 1);
      last.erase(0, last.find_first_not_of(' '));
      // Some write "1.2.3.4:567" or "[::1]:567".
      const bool brackets = last.starts_with('['), port = std::ranges::count(last, ':') == 1;
      if (brackets || port) last = last.substr(brackets, last.find(brackets ? ']' : ':') - brackets);
      Problem problem;
      const auto address = boost::asio::ip::make_address(last, problem);
      return problem ? address_ : address.to_string();
    }
    return address_;
  }

  void read_body() {
    boost::beast::http::async_read(stream_, buffer_, *parser_, [self = self()](Problem problem, size_t) {
      if (!self->refused(problem)) self->answer();
    });
  }

  void answer() {
    lowest().expires_never();
    const Answer answer = std::exchange(admitted_, std::nullopt)->answer;
    answer(std::move(parser_->get().body()), [self = self()](HttpResponse response) {
      boost::asio::post(self->stream_.get_executor(),
                        [self, response = std::move(response)]() mutable { self->send(std::move(response)); });
    });
  }

  /// Whether the request ends here because it cannot be read.
  bool refused(Problem problem) {
    namespace http = boost::beast::http;
    if (!problem) return false;
    if (problem == http::error::body_limit) {
      refuse(413, "the body is larger than is taken here");
    } else if (problem == http::error::header_limit) {
      refuse(431, "the header is larger than is taken here");
    } else if (problem == http::error::end_of_stream || problem == http::error::partial_message ||
               problem.category() != make_error_code(http::error::bad_method).category()) {
      close();
    } else {
      refuse(400, "the request is no well-formed HTTP/1.1");
    }
    return true;
  }

  void refuse(int status, const char* why) {
    abandon(status);
    keep_alive_ = false;
    send({.status = status, .body = std::string(R"({"error":")") + why + "\"}"});
  }

  void abandon(int status) {
    if (const auto admitted = std::exchange(admitted_, std::nullopt)) admitted->abandon(status);
  }

  void send(HttpResponse response) {
    keep_alive_ = keep_alive_ && !home_.connections.ending() && (chunked_ || !response.more);
    const bool more = response.more && !without_body_;
    std::string head = head_of(response);
    if (more && chunked_) head += "Transfer-Encoding: chunked\r\n";
    if (!response.more) head += fmt::format("Content-Length: {}\r\n", response.body.size());
    head += "\r\n";
    more_ = std::move(response.more);
    head_ = std::move(head);
    body_ = without_body_ ? "" : std::move(response.body);
    deadline(static_cast<size_t>(home_.options.read_seconds) + body_.size() / kSlowest);
    if (more) {
      boost::asio::async_write(stream_, boost::asio::buffer(head_), [self = self()](Problem problem, size_t) {
        if (problem) return self->close();
        self->send_part(std::make_shared<std::string>(std::move(self->body_)), /*another=*/true);
      });
    } else {
      const std::array<boost::asio::const_buffer, 2> all = {boost::asio::buffer(head_), boost::asio::buffer(body_)};
      boost::asio::async_write(stream_, all, [self = self()](Problem problem, size_t) { self->sent(problem); });
    }
  }

  /// The status line and the fields that do not say where the body ends.
  std::string head_of(const HttpResponse& response) const {
    const auto status = static_cast<boost::beast::http::status>(response.status);
    std::string head = fmt::format("HTTP/1.{} {} {}\r\n", chunked_ ? 1 : 0, response.status,
                                   std::string_view(boost::beast::http::obsolete_reason(status)));
    const auto append = [&](std::string_view name, std::string_view value) {
      head.append(name).append(": ");
      // No value may end its line, wherever it comes from.
      for (const char c : value) head += c >= ' ' && c < 0x7f ? c : '?';
      head += "\r\n";
    };
    append("Content-Type", response.content_type);
    append("Cache-Control", "no-store");
    append("X-Content-Type-Options", "nosniff");
    for (const auto& [name, value] : response.headers) append(name, value);
    if (!keep_alive_) append("Connection", "close");
    if (keep_alive_ && !chunked_) append("Connection", "keep-alive");
    return head;
  }

  void send_part(Part part, bool another) {
    namespace http = boost::beast::http;
    if (part->empty()) return after_part({}, another);
    deadline(static_cast<size_t>(home_.options.read_seconds) + part->size() / kSlowest);
    const auto done = [self = self(), part, another](Problem problem, size_t) { self->after_part(problem, another); };
    if (chunked_) {
      boost::asio::async_write(stream_, http::make_chunk(boost::asio::buffer(*part)), done);
    } else {
      boost::asio::async_write(stream_, boost::asio::buffer(*part), done);
    }
  }

  void after_part(Problem problem, bool another) {
    if (problem) return close();
    lowest().expires_never();
    if (another) return make_part();
    if (!chunked_) return sent({});
    boost::asio::async_write(stream_, boost::beast::http::make_chunk_last(),
                             [self = self()](Problem stopped, size_t) { self->sent(stopped); });
  }

  void make_part() {
    boost::asio::post(home_.aside, [self = self()] {
      Part part = std::make_shared<std::string>();
      std::optional<bool> another;
      try {
        another = self->more_(*part);
      } catch (const std::exception&) {
      }
      boost::asio::post(self->stream_.get_executor(), [self, part, another] {
        if (!another) return self->close();  // without the last chunk, which tells the client
        self->send_part(part, *another);
      });
    });
  }

  void sent(Problem problem) {
    more_ = nullptr;
    if (problem) return close();
    if (!keep_alive_) return linger();
    wait_for_request(home_.options.idle_seconds);
  }

  /// What still comes is read and lost for a while: closed at once, the answer might be lost before it is read.
  void linger() {
    lowest().expires_after(kLinger);
    if constexpr (kTls) {
      stream_.async_shutdown([self = self()](Problem) { self->discard_rest(); });
    } else {
      discard_rest();
    }
  }

  void discard_rest() {
    Problem ignored;
    socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
    discard();
  }

  void discard() {
    buffer_.clear();
    lowest().async_read_some(buffer_.prepare(kLargestHeader), [self = self()](Problem problem, size_t) {
      if (problem) return self->close();
      self->discard();
    });
  }

  void close() {
    constexpr int kClientClosed = 499;  // as nginx has it
    abandon(kClientClosed);
    lowest().close();
  }

  const ConnectionHome& home_;
  std::string address_;
  std::vector<std::string> certificate_names_;
  Stream stream_;
  boost::beast::flat_buffer buffer_{kLargestHeader + (1 << 16)};
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  std::optional<Admitted> admitted_;  // while its body is read
  std::string head_, body_;           // of the answer, while it is sent
  std::function<bool(std::string&)> more_;
  bool idle_ = true, keep_alive_ = true, chunked_ = true, without_body_ = false;
};

}  // namespace mdl
