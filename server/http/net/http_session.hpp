// One HTTP connection: requests one after the other, until it ends or becomes a WebSocket. Included
// by front.cpp alone: Beast is expensive.
#pragma once

#include "server/http/api.hpp"
#include "server/http/failures.hpp"
#include "server/http/net/web_socket.hpp"
#include "server/http/proxies.hpp"
#include "server/http/security.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace parley::server::http::net {

/// What all connections share.
struct Shared {
  loop::Loop& loop;
  const loop::Clock& clock;
  log::Log& log;
  Api& api;
  signalling::Hub& hub;
  const OriginPolicy& origins;
  const Proxies& proxies;
  std::shared_ptr<Watchdog> watchdog;
  bool stopping = false;

  [[nodiscard]] Executor executor() const { return loop.context().get_executor(); }
};

inline constexpr std::uint32_t kMaxHeaderBytes = 8 * 1024;
/// For a TLS handshake or a request; also how long a connection is kept for the next request.
inline constexpr auto kRequestLimit = std::chrono::seconds(30);
/// For an answer: a password hash may wait for others, and slow links take large files slowly.
inline constexpr auto kResponseLimit = std::chrono::seconds(60);
/// Bytes read and thrown away after a refusal, so that the client gets to read it.
inline constexpr int kMaxDiscardedReads = 64;

class HttpSession final : public Watched, public std::enable_shared_from_this<HttpSession> {
 public:
  HttpSession(Shared& shared, Transport transport, std::string peer)
      : Watched(shared.watchdog),
        shared_(shared),
        transport_(std::move(transport)),
        peer_(std::move(peer)),
        deadline_(SteadyClock::now() + kRequestLimit) {}

  Awaitable<void> run() {
    const auto self = shared_from_this();
    if (!co_await shake_hands()) co_return;
    bool goes_on = true;
    while (goes_on && !shared_.stopping) goes_on = co_await serve_one();
    // The transport may have moved on to a WebSocket.
    if (!upgraded_) transport_.close_now();
  }

  void check(SteadyClock::time_point now) override {
    if (now > deadline_ && !upgraded_) transport_.close_now();
  }

  void stop() override {
    if (idle_ && !upgraded_) transport_.close_now();
  }

 private:
  using Parser = beast::http::request_parser<beast::http::string_body>;

  Awaitable<bool> shake_hands() {
    if (!transport_.is_tls()) co_return true;
    const auto [error] = co_await transport_.tls().async_handshake(Tls::server, kAwait);
    co_return !error;
  }

  /// Reads a request and answers it. False when it was the last.
  Awaitable<bool> serve_one() {
    std::optional<Parser> parser(std::in_place);
    parser->header_limit(kMaxHeaderBytes);
    parser->body_limit(kMaxBodyBytes);
    deadline_ = SteadyClock::now() + kRequestLimit;
    idle_ = true;
    const auto [error, size] =
        co_await beast::http::async_read(transport_, buffer_, *parser, kAwait);
    idle_ = false;
    deadline_ = SteadyClock::now() + kResponseLimit;
    if (error) {
      if (const auto response = answer_to_bad_request(error)) {
        co_await write(*response, false, false);
        co_await discard();
      }
      co_return false;
    }
    HttpRequest message = parser->release();
    parser.reset();
    Request request = request_from(message);
    if (beast::websocket::is_upgrade(message) && request.path == "/signal") {
      auto refusal = refuse_upgrade(request);
      if (!refusal) {
        co_await become_web_socket(message);
        co_return false;
      }
      add_security_headers(*refusal, request.host, request.tls);
      co_await write(*refusal, false, false);
      co_await discard();
      co_return false;
    }
    const bool keep = message.keep_alive();
    const bool head = request.method == Method::head;
    message.clear();
    const Response response = co_await ask(request);
    shared_.log.debug(
        "request",
        {{"path", request.path}, {"status", response.status}, {"address", request.address}});
    co_return co_await write(response, keep, head) && keep;
  }

  static Method method_of(beast::http::verb verb) {
    if (verb == beast::http::verb::get) return Method::get;
    if (verb == beast::http::verb::head) return Method::head;
    if (verb == beast::http::verb::post) return Method::post;
    if (verb == beast::http::verb::put) return Method::put;
    if (verb == beast::http::verb::delete_) return Method::remove;
    if (verb == beast::http::verb::options) return Method::options;
    return Method::other;  // all others are refused alike
  }

  Request request_from(HttpRequest& message) const {
    namespace h = beast::http;
    const auto header = [&](h::field name) { return std::string(message[name]); };
    Request request;
    request.method = method_of(message.method());
    const std::string_view target(message.target().data(), message.target().size());
    const std::size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string_view::npos) request.query = target.substr(question + 1);
    request.host = header(h::field::host);
    if (const auto origins = message.count(h::field::origin); origins > 0) {
      request.origin = origins == 1 ? header(h::field::origin) : "null";
    }
    request.authorization = header(h::field::authorization);
    request.content_type = header(h::field::content_type);
    request.accept_encoding = header(h::field::accept_encoding);
    request.if_none_match = header(h::field::if_none_match);
    request.user_agent = header(h::field::user_agent);
    request.forwarded = message.count("X-Forwarded-For") + message.count(h::field::forwarded) > 0;
    request.body = std::move(message.body());
    request.address =
        shared_.proxies.client_address(peer_, std::string(message["X-Forwarded-For"]));
    request.tls = transport_.is_tls();
    return request;
  }

  std::optional<Response> refuse_upgrade(const Request& request) const {
    const auto verdict = shared_.origins.judge(request.origin, request.host, request.tls);
    if (verdict == OriginPolicy::Verdict::foreign) {
      shared_.log.info("connection refused", {{"why", code_of(Error::foreign_origin)},
                                              {"origin", request.origin->substr(0, 128)},
                                              {"address", request.address}});
      return failure(Error::foreign_origin);
    }
    if (shared_.stopping) return failure(Error::server_restarting);
    if (!shared_.hub.takes_frames()) return failure(Error::overloaded);
    return std::nullopt;
  }

  Awaitable<void> become_web_socket(const HttpRequest& message) {
    // What came in behind the request would be lost; a client has to wait for the answer anyway.
    if (buffer_.size() != 0) co_return;
    upgraded_ = true;
    const auto socket = std::make_shared<WebSocket>(std::move(transport_), shared_.watchdog,
                                                    shared_.hub, shared_.log);
    if (co_await socket->accept(message)) socket->start();
  }

  Awaitable<Response> ask(const Request& request) {
    const asio::use_awaitable_t<Executor> token;
    co_return co_await asio::async_initiate<decltype(token), void(Response)>(
        [this, &request](auto handler) {
          auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
          shared_.api.handle(request, [this, waiting](Response response) {
            // Perhaps before the coroutine is suspended, so not from in here.
            asio::post(shared_.executor(), [waiting, response = std::move(response)]() mutable {
              std::move (*waiting)(std::move(response));
            });
          });
        },
        token);
  }

  static std::optional<Response> answer_to_bad_request(ErrorCode error) {
    if (error == beast::http::error::body_limit) return failure(Error::message_too_large);
    if (error == beast::http::error::header_limit) return failure(431, Error::message_too_large);
    const bool silent =
        error == beast::http::error::end_of_stream || error == beast::http::error::partial_message;
    if (silent || error.category() != beast::http::make_error_code({}).category()) {
      return std::nullopt;
    }
    return failure(Error::malformed_message);
  }

  Awaitable<bool> write(const Response& response, bool keep, bool head_only) {
    const std::string head = write_head(response, keep, http_date(shared_.clock.now_ms() / 1000));
    const bool fixed = !response.fixed_body.empty();
    const asio::const_buffer body =
        fixed ? asio::buffer(response.fixed_body.data(), response.fixed_body.size())
              : asio::buffer(response.body);
    const std::array<asio::const_buffer, 2> all{asio::buffer(head),
                                                head_only ? asio::const_buffer() : body};
    const auto [error, size] = co_await transport_.with_stream(
        [&](auto& stream) { return asio::async_write(stream, all, kAwait); });
    co_return !error;
  }

  /// Closing a socket with unread input resets it, and the client may lose our answer.
  Awaitable<void> discard() {
    deadline_ = SteadyClock::now() + kCloseLimit;
    ErrorCode error;
    transport_.tcp().shutdown(asio::socket_base::shutdown_send, error);
    std::array<char, 4096> waste{};
    for (int i = 0; i < kMaxDiscardedReads && !error; ++i) {
      std::size_t size = 0;
      std::tie(error, size) =
          co_await transport_.tcp().async_read_some(asio::buffer(waste), kAwait);
    }
  }

  Shared& shared_;
  Transport transport_;
  beast::flat_buffer buffer_;
  std::string peer_;
  SteadyClock::time_point deadline_;
  bool idle_ = false;
  bool upgraded_ = false;
};

}  // namespace parley::server::http::net
