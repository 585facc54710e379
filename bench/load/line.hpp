// The way from one phone to the server: a WebSocket, or a switchboard in the same process.
#pragma once

#include "bench/load/clock.hpp"

#include <cstdint>
#include <string_view>

namespace parley::load {

class Line {
 public:
  /// Who hears from the line. Nothing is reported from within `open` or `send`.
  class Owner {
   public:
    Owner() = default;
    virtual ~Owner() = default;
    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;

    virtual void line_opened() = 0;
    /// `at` is when the frame had arrived in this process.
    virtual void frame_arrived(std::string_view text, Moment at) = 0;
    virtual void line_closed(std::uint16_t code) = 0;
  };

  Line() = default;
  virtual ~Line() = default;
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  virtual void open(Owner& owner) = 0;
  virtual void send(std::string_view text) = 0;
  /// Nothing is reported any more.
  virtual void close() = 0;
};

}  // namespace parley::load
