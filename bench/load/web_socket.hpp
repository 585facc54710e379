// The client side of a WebSocket (RFC 6455), limited to the needs of a load tool: no TLS, no
// extensions, one write for each frame.
#pragma once

#include "bench/load/line.hpp"
#include "bench/load/loop.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace parley::load {

/// The address of a server; IPv4 only.
struct Endpoint {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;
};

class WebSocket final : public Line, private Watcher {
 public:
  WebSocket(Loop& loop, const Endpoint& server) : loop_(loop), server_(server) {}
  ~WebSocket() override { drop(); }

  void open(Owner& owner) override;
  void send(std::string_view text) override { send_frame(0x1, text); }
  void close() override { drop(); }

 private:
  enum class State : std::uint8_t { closed, connecting, upgrading, open };

  void ready(bool readable, bool writable) override;
  void read();
  /// Removes the response to the upgrade from the front of `input_`; false while it is incomplete.
  bool take_upgrade();
  /// Removes one frame from `input` at `offset`; false while it is incomplete.
  bool take_frame(std::string_view input, std::size_t& offset, Moment at);
  void take_control(unsigned opcode, std::string_view payload);
  void send_frame(unsigned opcode, std::string_view payload);
  void write(std::string_view bytes);
  void write_pending();
  void drop();
  void lose(std::uint16_t code);

  Loop& loop_;
  const Endpoint& server_;
  Owner* owner_ = nullptr;
  State state_ = State::closed;
  int fd_ = -1;
  std::string input_;    // an incomplete frame, usually empty
  std::string message_;  // fragments of a message that has not ended
  std::string pending_;  // bytes that the kernel has not accepted yet
};

}  // namespace parley::load
