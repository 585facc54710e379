// The byte stream below HTTP and WebSocket: plain TCP or TLS, chosen once per connection, so that
// Beast's templates are compiled for one type only. Reads have a rate limit. Writes of the
// WebSocket are collected and sent in one system call. Included only by front.cpp, because Beast is
// expensive to compile.
#pragma once

#include "server/http/limits.hpp"
#include "server/signalling/rate_budget.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/teardown.hpp>

#include <array>
#include <chrono>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace parley::server::http::net {

namespace asio = boost::asio;
namespace beast = boost::beast;

using ErrorCode = boost::system::error_code;
using Executor = asio::io_context::executor_type;
using Tcp = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using Tls = asio::ssl::stream<Tcp>;
using SteadyClock = std::chrono::steady_clock;
using Timer = asio::basic_waitable_timer<SteadyClock, asio::wait_traits<SteadyClock>, Executor>;

class Transport {
 public:
  using executor_type = Executor;

  explicit Transport(Tcp socket) : stream_(std::move(socket)) {}
  Transport(Tcp socket, asio::ssl::context& context)
      : stream_(std::make_unique<Tls>(std::move(socket), context)) {}

  executor_type get_executor() { return tcp().get_executor(); }

  [[nodiscard]] bool is_tls() const { return stream_.index() == 1; }

  Tcp& tcp() {
    auto* tls = std::get_if<std::unique_ptr<Tls>>(&stream_);
    return tls == nullptr ? std::get<Tcp>(stream_) : (*tls)->next_layer();
  }

  /// Only for a TLS connection.
  Tls& tls() { return *std::get<std::unique_ptr<Tls>>(stream_); }

  /// Calls `use` with the plain or TLS stream of this connection.
  template <class Use>
  decltype(auto) with_stream(Use&& use) {
    auto* tls = std::get_if<std::unique_ptr<Tls>>(&stream_);
    return tls == nullptr ? use(std::get<Tcp>(stream_)) : use(**tls);
  }

  void close_now() {
    ErrorCode ignored;
    tcp().close(ignored);
  }

  // ---- the stream interface for Beast ----

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return asio::async_compose<Token, void(ErrorCode, std::size_t)>(
        ReadSome<Buffers>{*this, buffers}, token, get_executor());
  }

  /// Takes the bytes at once, after those in the queue.
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return asio::async_initiate<Token, void(ErrorCode, std::size_t)>(
        [this](auto handler, const Buffers& source) {
          std::size_t size = 0;
          if (!broken_) size = append_buffers(source);
          flush();
          asio::post(get_executor(), beast::bind_front_handler(std::move(handler), broken_, size));
        },
        token, buffers);
  }

  // ---- the interface for the WebSocket ----

  /// Keeps the owner of this transport alive while bytes are in transit.
  void set_owner(std::weak_ptr<void> owner) { owner_ = std::move(owner); }

  /// Queues bytes for the next flush.
  void append(std::string_view bytes) {
    if (!broken_) pending_ += bytes;
  }

  /// Sends all queued bytes, in as few system calls as possible.
  void flush() {
    if (flushing_ || pending_.empty() || broken_) return;
    flushing_ = true;
    writing_.swap(pending_);
    written_ = 0;
    write_more();
  }

  /// The same; calls `then` once the kernel has all bytes, or after a failure.
  void flush(std::function<void()> then) {
    flush();
    if (!flushing_) return then();
    flushed_ = std::move(then);
  }

  [[nodiscard]] std::size_t queued_bytes() const { return pending_.size() + writing_.size(); }
  [[nodiscard]] bool stalled(SteadyClock::time_point now) const {
    return flushing_ && now - progress_at_ > kWriteStall;
  }
  signalling::RateBudget& reads() { return reads_; }

 private:
  template <class Buffers>
  struct ReadSome {
    Transport& transport;
    Buffers buffers;
    enum class Stage : std::uint8_t { start, paused, reading } stage = Stage::start;

    template <class Self>
    void operator()(Self& self, ErrorCode error = {}, std::size_t size = 0) {
      if (stage == Stage::reading || error) {
        transport.reads_.spend(static_cast<std::int64_t>(size), SteadyClock::now());
        self.complete(error, size);
        return;
      }
      const auto pause = transport.reads_.pause();
      if (stage == Stage::start && pause.count() > 0) {
        stage = Stage::paused;
        if (!transport.pause_timer_) {
          transport.pause_timer_ = std::make_unique<Timer>(transport.get_executor());
        }
        transport.pause_timer_->expires_after(pause);
        transport.pause_timer_->async_wait(std::move(self));
        return;
      }
      stage = Stage::reading;
      const Buffers target = buffers;  // `self`, and with it `buffers`, is about to move
      transport.with_stream([&](auto& stream) { stream.async_read_some(target, std::move(self)); });
    }
  };

  template <class Buffers>
  std::size_t append_buffers(const Buffers& source) {
    const std::size_t size = asio::buffer_size(source);
    const std::size_t old = pending_.size();
    pending_.resize(old + size);
    asio::buffer_copy(asio::buffer(pending_.data() + old, size), source);
    return size;
  }

  void write_more() {
    progress_at_ = SteadyClock::now();
    const auto rest = asio::buffer(writing_) + written_;
    with_stream([&](auto& stream) {
      stream.async_write_some(
          rest, [this, owner = owner_.lock()](ErrorCode error, std::size_t n) { wrote(error, n); });
    });
  }

  void wrote(ErrorCode error, std::size_t size) {
    written_ += size;
    if (!error && written_ < writing_.size()) return write_more();
    flushing_ = false;
    // An idle connection keeps no buffers.
    writing_ = {};
    if (error) {
      broken_ = error;
      pending_ = {};
    }
    flush();
    if (!flushing_ && flushed_) std::exchange(flushed_, nullptr)();
  }

  std::variant<Tcp, std::unique_ptr<Tls>> stream_;
  signalling::RateBudget reads_{kReadBurstBytes, kReadBytesPerSecond};
  std::unique_ptr<Timer> pause_timer_;
  std::weak_ptr<void> owner_;
  std::string pending_;
  std::string writing_;
  std::size_t written_ = 0;
  SteadyClock::time_point progress_at_{};
  std::function<void()> flushed_;
  ErrorCode broken_;
  bool flushing_ = false;
};

/// Beast finds this function by its name and calls it when it drops a stream.
inline void beast_close_socket(Transport& transport) { transport.close_now(); }

/// Reads until the other end has closed too. Beast reads 2 KB and closes; unread bytes would
/// make the kernel reset the connection, and the other end may lose the close frame (RFC
/// 6455, 7.1.1). A silent other end is closed like any silent socket.
template <class Handler>
void close_after_the_other_end(Tcp& tcp, std::shared_ptr<Handler> done, std::size_t discarded) {
  tcp.async_wait(asio::socket_base::wait_read, [&tcp, done, discarded](ErrorCode error) {
    std::array<char, 4096> bytes;
    std::size_t total = discarded;
    while (!error && total < kMaxDiscardedBytes) {
      total += tcp.read_some(asio::buffer(bytes), error);
    }
    if (error == asio::error::would_block) return close_after_the_other_end(tcp, done, total);
    tcp.close(error);
    std::move (*done)(ErrorCode());
  });
}

/// Beast finds this function by its name when a WebSocket ends: the close frame must be sent before
/// TCP is shut down.
template <class Handler>
void async_teardown(beast::role_type role, Transport& transport, Handler&& handler) {
  using Plain = std::decay_t<Handler>;
  auto shared = std::make_shared<Plain>(std::forward<Handler>(handler));
  transport.flush([role, &transport, shared] {
    transport.with_stream([&](auto& stream) {
      if constexpr (std::same_as<std::decay_t<decltype(stream)>, Tcp>) {
        ErrorCode ignored;
        stream.non_blocking(true, ignored);
        stream.shutdown(asio::socket_base::shutdown_send, ignored);
        close_after_the_other_end(stream, shared, 0);
      } else {
        using beast::websocket::async_teardown;
        async_teardown(role, stream, std::move(*shared));
      }
    });
  });
}

}  // namespace parley::server::http::net
