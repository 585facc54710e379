// A WebSocket as the hub uses it. The network front implements this interface; tests have their own
// implementation.
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

  /// Queues a text message. It is sent with the next `flush`.
  virtual void send(std::string text) = 0;
  /// Sends all queued messages together.
  virtual void flush() = 0;
  /// Bytes that are queued or not yet written to the kernel.
  [[nodiscard]] virtual std::size_t queued_bytes() const = 0;
  /// The client's address, for the log.
  [[nodiscard]] virtual std::string_view address() const { return {}; }
  /// Closes the socket once all queued messages have left, or after a short time.
  virtual void close(wire::CloseCode code) = 0;
};

}  // namespace parley::server::signalling
