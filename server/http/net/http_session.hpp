// One HTTP connection: requests one after the other, until it ends or becomes a WebSocket. Heads
// and bodies are read by this server's parsers; Beast speaks the WebSocket. Included only by
// front.cpp, because Beast is expensive to compile.
#pragma once

#include "server/http/body.hpp"
#include "server/http/failures.hpp"
#include "server/http/handshake.hpp"
#include "server/http/head.hpp"
#include "server/http/journal.hpp"
#include "server/http/limits.hpp"
#include "server/http/net/shared.hpp"
#include "server/http/net/web_socket.hpp"
#include "server/http/security.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace parley::server::http::net {

class HttpSession final : public Watched,
                          public Occupant,
                          public std::enable_shared_from_this<HttpSession> {
 public:
  /// `counted` is the address whose place this connection takes; empty for a trusted proxy.
  HttpSession(Shared& shared, Transport transport, std::string peer, std::string_view counted)
      : Watched(shared.watchdog),
        shared_(shared),
        transport_(std::move(transport)),
        peer_(std::move(peer)),
        place_(std::make_unique<Places::Place>(shared.places, counted, *this)),
        deadline_(SteadyClock::now() + kHandshakeLimit) {}

  Awaitable<void> run() {
    const auto self = shared_from_this();
    if (!co_await shake_hands()) co_return;
    deadline_ = SteadyClock::now() + kHeadLimit;
    bool goes_on = true;
    while (goes_on && !shared_.stopping) goes_on = co_await serve_one();
    // The transport may have moved on to a WebSocket.
    if (!upgraded_) transport_.close_now();
  }

  void check(SteadyClock::time_point now) override {
    if (upgraded_ || now <= deadline_) return;
    if (!reading_request_) return transport_.close_now();
    // The reading coroutine tells the client.
    timed_out_ = true;
    reading_request_ = false;
    deadline_ = now + kCloseLimit;
    ErrorCode ignored;
    transport_.tcp().cancel(ignored);
  }

  void stop() override {
    if (idle_ && !upgraded_) transport_.close_now();
  }

  void give_way() override {
    if (!upgraded_) transport_.close_now();
  }

 private:
  Awaitable<bool> shake_hands() {
    if (!transport_.is_tls()) co_return true;
    const auto [error] = co_await transport_.tls().async_handshake(Tls::server, kAwait);
    co_return !error;
  }

  /// Reads a request and answers it. False after the last one.
  Awaitable<bool> serve_one() {
    const auto size = co_await read_head();
    if (!size) {
      if (size.error().status != 0) co_await refuse(size.error());
      co_return false;
    }
    const std::string bytes = buffer_.substr(0, *size);
    buffer_.erase(0, *size);
    const auto head = parse_head(bytes);
    if (!head) {
      co_await refuse(head.error());
      co_return false;
    }
    Request request = request_from(*head);
    if (auto refusal = refuse_at_once(*head, request)) {
      co_await answer_last(std::move(*refusal), request);
      co_return false;
    }
    if (asks_for_socket(*head)) {
      if (auto refusal = refuse_socket(*head, request)) {
        co_await answer_last(std::move(*refusal), request);
      } else {
        client_address_ = request.address;
        co_await become_web_socket(*head);
      }
      co_return false;
    }
    if (head->expects_continue()) {
      if (auto refusal = co_await ask_early(request)) {
        co_await answer_last(std::move(*refusal), request);
        co_return false;
      }
      if (!co_await send("HTTP/1.1 100 Continue\r\n\r\n")) co_return false;
    }
    if (const auto problem = co_await read_body(head->body, request)) {
      if (problem->status != 0) co_await refuse(*problem);
      co_return false;
    }
    co_return co_await serve(*head, request);
  }

  Awaitable<bool> serve(const Head& head, const Request& request) {
    place_->set_busy();
    deadline_ = SteadyClock::now() + kResponseLimit;
    note_what_looks_wrong(request);
    Response response = co_await ask(request);
    note_attempt(shared_.log, request, response);
    shared_.log.debug(
        "request",
        {{"path", request.path}, {"status", response.status}, {"address", request.address}});
    const bool keep = head.keep_alive() && !shared_.stopping;
    // A client of HTTP/1.0 does not expect it (RFC 9112, 9.3).
    if (keep && head.http_1_0) response.add("Connection", "keep-alive");
    if (!co_await write(response, keep, request.method == Method::head)) co_return false;
    deadline_ = SteadyClock::now() + kIdleLimit;
    place_->set_silent();
    // The next request on a proxy's connection may come from another client.
    co_return keep && place_->move_to(counted_address(peer_));
  }

  /// Waits for the next head and returns its length. The error has status 0 when no answer is due.
  Awaitable<std::expected<std::size_t, BadRequest>> read_head() {
    reading_request_ = false;
    bool begun = false;
    for (;;) {
      if (!begun && !buffer_.empty()) {
        begun = reading_request_ = true;
        deadline_ = std::min(deadline_, SteadyClock::now() + kHeadLimit);
      }
      const auto size = head_size(buffer_);
      if (size.value_or(buffer_.size()) > kMaxHeadBytes) {
        co_return std::unexpected(BadRequest{431, "header section too large"});
      }
      if (size) {
        reading_request_ = false;
        co_return *size;
      }
      idle_ = !begun;
      const ErrorCode error = co_await read_more();
      idle_ = false;
      if (error) co_return std::unexpected(end_of_reading());
    }
  }

  /// The error in the body, if any; with status 0 when no answer is due.
  Awaitable<std::optional<BadRequest>> read_body(BodyLength length, Request& request) {
    BodyReader reader(length, kMaxBodyBytes);
    deadline_ = SteadyClock::now() + kBodyLimit;
    for (;;) {
      const auto taken = reader.take(buffer_);
      if (!taken) co_return taken.error();
      buffer_.erase(0, *taken);
      if (reader.complete()) break;
      reading_request_ = true;
      const ErrorCode error = co_await read_more();
      reading_request_ = false;
      if (error) co_return end_of_reading();
    }
    request.body = std::move(reader.body());
    co_return std::nullopt;
  }

  [[nodiscard]] BadRequest end_of_reading() const {
    return timed_out_ ? BadRequest{408, "not complete in time"} : BadRequest{0, ""};
  }

  Awaitable<ErrorCode> read_more() {
    const std::size_t old = buffer_.size();
    buffer_.resize(old + kReadBytes);
    const auto [error, size] =
        co_await transport_.async_read_some(asio::buffer(buffer_.data() + old, kReadBytes), kAwait);
    buffer_.resize(old + size);
    co_return error;
  }

  /// The address whose place a connection of this peer takes.
  [[nodiscard]] std::string counted_address(std::string_view peer) const {
    return shared_.proxies.trusts(peer) ? std::string() : auth::address_key(peer);
  }

  Request request_from(const Head& head) {
    const auto single = [&](std::string_view name) {
      return std::string(head.fields.single(name).value_or(""));
    };
    Request request;
    request.method = head.method;
    request.path = head.path;
    request.query = head.query;
    request.host = head.host;
    if (const auto origin = head.fields.single("Origin")) request.origin.emplace(*origin);
    request.authorization = single("Authorization");
    request.content_type = single("Content-Type");
    request.accept_encoding = head.fields.list("Accept-Encoding").value_or("");
    request.if_none_match = head.fields.list("If-None-Match").value_or("");
    request.user_agent = head.fields.list("User-Agent").value_or("");
    // The headers that common proxies add.
    static constexpr std::array kOfProxies{
        "X-Forwarded-For", "Forwarded",        "Via",
        "X-Real-IP",       "X-Forwarded-Host", "X-Forwarded-Proto"};
    request.forwarded = std::ranges::any_of(
        kOfProxies, [&](const char* name) { return head.fields.count(name) > 0; });
    request.tls = transport_.is_tls();
    const Client client =
        shared_.proxies.client(peer_, head.fields.list("X-Forwarded-For").value_or(""));
    request.address = client.address;
    forwarded_ = client.forwarded;
    if (client.no_address) note_odd_forwarding(client);
    return request;
  }

  /// The checks that do not depend on the body: the client's rights, and the size of the body.
  std::optional<Response> refuse_at_once(const Head& head, const Request& request) {
    if (forwarded_ && !place_->move_to(auth::address_key(request.address))) {
      if (const auto times = shared_.crowded_addresses.due(SteadyClock::now())) {
        shared_.log.warning("requests are refused", {{"why", "too many connections of one address"},
                                                     {"address", request.address},
                                                     {"times", *times}});
      }
      return failure(Error::rate_limited);
    }
    // Probes use the server's address as the name; their answer has no private data.
    const bool probe = request.path == "/healthz" || request.path == "/readyz";
    if (!probe && !shared_.hosts.serve(request.host)) {
      shared_.log.often(
          log::Level::info, "request refused", request.address,
          {{"why", code_of(Error::unknown_host)}, {"host", request.host.substr(0, 128)}});
      return failure(Error::unknown_host, "host");
    }
    if (!head.body.chunked && head.body.bytes > kMaxBodyBytes) {
      return failure(Error::message_too_large);
    }
    return std::nullopt;
  }

  std::optional<Response> refuse_socket(const Head& head, const Request& request) {
    if (const auto problem = refuse_handshake(head)) {
      Response response = failure(problem->status, Error::malformed_message, problem->why);
      if (problem->status == 426) {
        response.add("Sec-WebSocket-Version", "13");
        response.add("Upgrade", "websocket");
        response.add("Connection", "Upgrade");
      }
      return response;
    }
    const auto verdict = shared_.origins.judge(request.origin, request.host, request.tls);
    if (verdict == OriginPolicy::Verdict::foreign) {
      note_foreign_origin("connection refused", request);
      return foreign_origin(request.origin.value_or(""), request.host);
    }
    // Bytes after the request would be lost; a client must wait for the answer anyway.
    if (!buffer_.empty()) return failure(400, Error::malformed_message, "bytes behind an upgrade");
    if (shared_.stopping) return failure(Error::server_restarting);
    if (!shared_.hub.takes_frames()) return failure(Error::overloaded);
    return std::nullopt;
  }

  /// Warns the operator of a setup that works but is probably a mistake.
  void note_what_looks_wrong(const Request& request) {
    const bool reads = request.method == Method::get || request.method == Method::head;
    if (!reads && request.method != Method::options &&
        shared_.origins.judge(request.origin, request.host, request.tls) ==
            OriginPolicy::Verdict::foreign) {
      note_foreign_origin("request refused", request);
    }
    if (!reads || request.path != kSignalPath) return;
    if (const auto times = shared_.missing_upgrades.due(SteadyClock::now())) {
      shared_.log.warning(
          "/signal is asked for without an upgrade to a WebSocket; a proxy in front "
          "has to pass Upgrade and Connection on",
          {{"peer", peer_}, {"address", request.address}, {"times", *times}});
    }
  }

  void note_foreign_origin(std::string_view event, const Request& request) {
    const std::string origin = request.origin.value_or("").substr(0, 128);
    const std::string host = request.host.substr(0, 128);
    shared_.log.often(
        log::Level::info, event, request.address,
        {{"why", code_of(Error::foreign_origin)}, {"origin", origin}, {"host", host}});
    if (!differ_in_port_only(origin, host)) return;
    if (const auto times = shared_.lost_ports.due(SteadyClock::now())) {
      shared_.log.warning(
          "a page's origin and the Host differ in their ports only; a proxy in front "
          "has to pass Host on unchanged, with its port",
          {{"origin", origin}, {"host", host}, {"times", *times}});
    }
  }

  void note_odd_forwarding(const Client& client) {
    if (const auto times = shared_.odd_forwarding.due(SteadyClock::now())) {
      shared_.log.warning("X-Forwarded-For holds something that is no address",
                          {{"entry", std::string_view(*client.no_address).substr(0, 64)},
                           {"peer", peer_},
                           {"counts_as", client.address},
                           {"times", *times}});
    }
  }

  /// Answers a malformed request, and lets the connection end.
  Awaitable<void> refuse(BadRequest problem) {
    shared_.log.often(log::Level::info, "request refused", peer_,
                      {{"status", problem.status}, {"why", problem.why}});
    const bool large = problem.status == 413 || problem.status == 431;
    const Error error = large ? Error::message_too_large : Error::malformed_message;
    Request unknown;
    unknown.tls = transport_.is_tls();
    co_await answer_last(failure(problem.status, error, problem.why), unknown);
  }

  /// Answers a request that was not read to its end, or that is the last.
  Awaitable<void> answer_last(Response response, const Request& request) {
    deadline_ = SteadyClock::now() + kCloseLimit;
    add_security_headers(response, request.host, request.tls);
    co_await write(response, false, request.method == Method::head);
    co_await discard();
  }

  Awaitable<void> become_web_socket(const Head& head) {
    // Only bytes that were peeked at.
    HttpRequest message{beast::http::verb::get, kSignalPath, 11};
    message.set(beast::http::field::host, std::string(head.host));
    message.set(beast::http::field::connection, "Upgrade");
    message.set(beast::http::field::upgrade, "websocket");
    message.set(beast::http::field::sec_websocket_version, "13");
    message.set(beast::http::field::sec_websocket_key,
                std::string(head.fields.single("Sec-WebSocket-Key").value_or("")));
    upgraded_ = true;
    const auto socket = std::make_shared<WebSocket>(std::move(transport_), shared_.watchdog,
                                                    shared_.hub, shared_.log, std::move(place_));
    socket->set_address(client_address_);
    if (co_await socket->accept(message)) socket->start();
  }

  Awaitable<std::optional<Response>> ask_early(const Request& request) {
    deadline_ = SteadyClock::now() + kResponseLimit;
    const asio::use_awaitable_t<Executor> token;
    co_return co_await asio::async_initiate<decltype(token), void(std::optional<Response>)>(
        [this, &request](auto handler) {
          auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
          shared_.api.check_head(request, [this, waiting](std::optional<Response> response) {
            asio::post(shared_.executor(), [waiting, response = std::move(response)]() mutable {
              std::move (*waiting)(std::move(response));
            });
          });
        },
        token);
  }

  Awaitable<Response> ask(const Request& request) {
    const asio::use_awaitable_t<Executor> token;
    co_return co_await asio::async_initiate<decltype(token), void(Response)>(
        [this, &request](auto handler) {
          auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
          shared_.api.handle(request, [this, waiting](Response response) {
            // The answer may come before the coroutine is suspended, so it is not resumed here.
            asio::post(shared_.executor(), [waiting, response = std::move(response)]() mutable {
              std::move (*waiting)(std::move(response));
            });
          });
        },
        token);
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

  Awaitable<bool> send(std::string_view bytes) {
    const auto [error, size] = co_await transport_.with_stream([&](auto& stream) {
      return asio::async_write(stream, asio::buffer(bytes.data(), bytes.size()), kAwait);
    });
    co_return !error;
  }

  /// Closing a socket with unread input resets it, and the client may lose the answer.
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
  /// Bytes that were read and not used yet.
  std::string buffer_;
  std::string peer_;
  std::unique_ptr<Places::Place> place_;
  SteadyClock::time_point deadline_;
  bool idle_ = false;
  bool reading_request_ = false;
  bool timed_out_ = false;
  bool forwarded_ = false;
  std::string client_address_;
  bool upgraded_ = false;
};

}  // namespace parley::server::http::net
