// Limits a log line that many connections can cause: it is written once per interval, with the
// number of its occurrences.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

namespace parley::server::http::net {

class Seldom {
 public:
  explicit Seldom(std::chrono::steady_clock::duration apart) : apart_(apart) {}

  /// The number of occurrences since the last line, with this one; empty while the next line is not
  /// due.
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
