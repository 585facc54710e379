// A line in the log that may be due for every one of many connections, and is written once in a
// while, with how often it was due.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

namespace parley::server::http::net {

class Seldom {
 public:
  explicit Seldom(std::chrono::steady_clock::duration apart) : apart_(apart) {}

  /// How often this was due since the last line, this time included; nothing while it is too early
  /// for another line.
  std::optional<std::int64_t> due(std::chrono::steady_clock::time_point now) {
    ++times_;
    if (next_ && now < *next_) return std::nullopt;
    next_ = now + apart_;
    return std::exchange(times_, 0);
  }

 private:
  std::chrono::steady_clock::duration apart_;
  std::optional<std::chrono::steady_clock::time_point> next_;
  std::int64_t times_ = 0;
};

}  // namespace parley::server::http::net
