// The connection of one phone to the server: a WebSocket, or a switchboard in the same process.
#pragma once

#include "bench/load/clock.hpp"

#include <cstdint>
#include <string_view>

namespace parley::load {

class Line {
 public:
  /// Receives the events of the line. `open` and `send` never call it directly.
  class Owner {
   public:
    Owner() = default;
    virtual ~Owner() = default;
    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;

    virtual void line_opened() = 0;
    /// `at` is the time when the frame arrived in this process.
    virtual void frame_arrived(std::string_view text, Moment at) = 0;
    virtual void line_closed(std::uint16_t code) = 0;
  };

  Line() = default;
  virtual ~Line() = default;
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  virtual void open(Owner& owner) = 0;
  virtual void send(std::string_view text) = 0;
  /// Stops all events.
  virtual void close() = 0;
};

}  // namespace parley::load
