// One signalling socket: frames in both directions, and the limits that are independent of the
// protocol. Included only by front.cpp, because Beast is expensive to compile.
#pragma once

#include "server/http/limits.hpp"
#include "server/http/net/transport.hpp"
#include "server/http/net/watchdog.hpp"
#include "server/http/places.hpp"
#include "server/log/log.hpp"
#include "server/signalling/hub.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/websocket/error.hpp>
#include <boost/beast/websocket/stream.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace parley::server::http::net {

template <class T>
using Awaitable = asio::awaitable<T, Executor>;
inline constexpr auto kAwait = asio::as_tuple(asio::use_awaitable_t<Executor>{});

using HttpRequest = beast::http::request<beast::http::string_body>;

class WebSocket final : public signalling::Socket,
                        public Watched,
                        public Occupant,
                        public std::enable_shared_from_this<WebSocket> {
 public:
  WebSocket(Transport transport, std::shared_ptr<Watchdog> watchdog, signalling::Hub& hub,
            log::Log& log, std::unique_ptr<Places::Place> place)
      : Watched(std::move(watchdog)),
        hub_(hub),
        log_(log),
        place_(std::move(place)),
        ws_(std::move(transport)) {
    place_->hand_over_to(*this);
    ws_.read_message_max(wire::kMaxFrameBytes);
    // Beast would start a timer per operation; the watchdog checks all sockets together.
    ws_.set_option(beast::websocket::stream_base::timeout{
        beast::websocket::stream_base::none(), beast::websocket::stream_base::none(), false});
    ws_.control_callback([this](beast::websocket::frame_type, beast::string_view) {
      ws_.next_layer().reads().spend(kControlFrameCost, SteadyClock::now());
    });
  }

  /// The client's address, for the log.
  void set_address(std::string address) { address_ = std::move(address); }
  [[nodiscard]] std::string_view address() const override { return address_; }

  /// Answers the upgrade; false on failure.
  Awaitable<bool> accept(const HttpRequest& request) {
    ws_.next_layer().set_owner(weak_from_this());
    deadline_ = SteadyClock::now() + kFirstFrameLimit;
    const auto [error] = co_await ws_.async_accept(request, kAwait);
    accepted_ = !error;
    co_return accepted_;
  }

  /// Reads until the socket is closed. It uses callbacks, because the frames of a coroutine would
  /// be the larger part of the memory of a silent socket.
  void start() {
    id_ = hub_.opened(shared_from_this());
    read();
  }

  // ---- signalling::Socket ----

  /// Frames are made here, because Beast would send each one separately. A server's frames
  /// are not masked, so only a header is added (RFC 6455, 5.2). Beast's own frames
  /// use the transport too, and each is queued as a whole, so that frames never mix.
  void send(std::string text) override {
    if (!ws_.is_open()) return;
    ws_.next_layer().append(header_of(text.size()));
    ws_.next_layer().append(text);
  }

  void flush() override { ws_.next_layer().flush(); }

  [[nodiscard]] std::size_t queued_bytes() const override {
    return ws_.next_layer().queued_bytes();
  }

  void close(wire::CloseCode code) override {
    if (closing_) return;
    closing_ = code;
    deadline_ = SteadyClock::now() + kCloseLimit;
    ws_.async_close(static_cast<beast::websocket::close_code>(code),
                    [self = shared_from_this()](ErrorCode) {});
  }

  // ---- Watched ----

  void check(SteadyClock::time_point now) override {
    if (ws_.next_layer().stalled(now)) return ws_.next_layer().close_now();
    if (!deadline_ || now < *deadline_) return;
    if (closing_ || !accepted_) return ws_.next_layer().close_now();
    log_refusal("no hello came");
    close(wire::CloseCode::timed_out);
  }

  void stop() override {}  // the hub closes signalling sockets

  // ---- Occupant ----

  void give_way() override {
    // A silent or closing socket gets no close frame.
    if (deadline_) return ws_.next_layer().close_now();
    hub_.make_way(id_);
  }
  [[nodiscard]] bool is_in_call() const override { return hub_.is_in_call(id_); }

 private:
  void received(std::string_view text) {
    if (!ws_.got_text()) {
      log_refusal(code_of(Error::binary_message));
      return close(wire::CloseCode::unsupported_data);
    }
    if (deadline_) place_->set_settled();
    deadline_.reset();
    hub_.received(id_, text);
  }

  void read() {
    const std::size_t limit = buffer_.size() == 0 ? kIdleBufferBytes : 0;
    ws_.async_read_some(buffer_, limit, [self = shared_from_this()](ErrorCode error, std::size_t) {
      self->on_read(error);
    });
  }

  void on_read(ErrorCode error) {
    if (error) return end(error);
    if (!ws_.is_message_done()) return read();
    if (!closing_) {
      const auto bytes = buffer_.data();
      received({static_cast<const char*>(bytes.data()), bytes.size()});
      spend_frame();
    }
    // Most sockets are silent most of the time, so the memory of a large frame is released.
    buffer_.consume(buffer_.size());
    if (buffer_.capacity() > kIdleBufferBytes) buffer_ = beast::flat_buffer();
    read_when_allowed();
  }

  /// Does not read the next frame while this socket, or the whole server, is over its limit.
  void read_when_allowed() {
    auto pause = closing_ ? std::chrono::microseconds(0) : frames_.pause();
    if (pause.count() == 0 && !closing_ && !hub_.takes_frames()) pause = kStoreBehindPause;
    if (pause.count() == 0) return read();
    if (!pause_timer_) pause_timer_ = std::make_unique<Timer>(ws_.get_executor());
    pause_timer_->expires_after(pause);
    pause_timer_->async_wait([self = shared_from_this()](ErrorCode) {
      self->frames_.spend(0, SteadyClock::now());
      self->read_when_allowed();
    });
  }

  void spend_frame() {
    const auto now = SteadyClock::now();
    frames_.spend(1, now);
    if (closing_ || frames_.short_for(now) <= kFloodLimit) return;
    log_refusal(code_of(Error::rate_limited));
    close(wire::CloseCode::policy_violation);
  }

  void end(ErrorCode error) {
    log_end(error);
    ws_.next_layer().close_now();
    place_.reset();
    hub_.lost(id_);
  }

  /// The header of a text frame, complete and unmasked.
  static std::string header_of(std::size_t size) {
    constexpr char kFinalText = static_cast<char>(0x81);
    const auto byte = [size](unsigned shift) { return static_cast<char>(size >> shift); };
    if (size < 126) return {kFinalText, byte(0)};
    if (size < 65'536) return {kFinalText, 126, byte(8), byte(0)};
    return {kFinalText, 127, 0, 0, 0, 0, byte(24), byte(16), byte(8), byte(0)};
  }

  /// The address comes first, as in every line that a client on the network can cause.
  void log_refusal(std::string_view why, std::string_view detail = {}) {
    log_.often(log::Level::info, "connection refused", address_,
               {{"connection", id_.value}, {"why", why}, {"detail", detail}});
  }

  void log_end(ErrorCode error) {
    Error why = Error::internal;
    if (error == beast::websocket::error::message_too_big) {
      why = Error::message_too_large;
    } else if (error == beast::websocket::condition::protocol_violation) {
      why = Error::malformed_message;
    } else {
      return;  // closed, by either side or by the network: nothing to report here
    }
    log_refusal(code_of(why), error.message());
  }

  signalling::Hub& hub_;
  log::Log& log_;
  std::unique_ptr<Places::Place> place_;
  beast::websocket::stream<Transport, false> ws_;
  SocketId id_;
  std::string address_;
  beast::flat_buffer buffer_;
  std::unique_ptr<Timer> pause_timer_;
  signalling::RateBudget frames_{kFrameBurst, kFramesPerSecond};
  std::optional<SteadyClock::time_point> deadline_;
  std::optional<wire::CloseCode> closing_;
  bool accepted_ = false;
};

}  // namespace parley::server::http::net
