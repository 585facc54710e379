// A WebSocket as the hub sees it. The network front implements it; tests have their own.
#pragma once

#include "core/wire/limits.hpp"

#include <cstddef>
#include <string>

namespace parley::server::signalling {

class Socket {
 public:
  Socket() = default;
  virtual ~Socket() = default;
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  /// Queues a text message; nothing leaves before `flush`.
  virtual void send(std::string text) = 0;
  /// Lets all that is queued leave together.
  virtual void flush() = 0;
  /// Bytes queued or on their way into the kernel.
  [[nodiscard]] virtual std::size_t queued_bytes() const = 0;
  /// The client's address, for the log.
  [[nodiscard]] virtual std::string_view address() const { return {}; }
  /// Closes once everything queued has left, or after a short while.
  virtual void close(wire::CloseCode code) = 0;
};

}  // namespace parley::server::signalling
