// Two clocks. `now` never jumps: it starts at the wall clock's time and then follows a steady
// clock; limits and deadlines use it. `now_ms` is the current wall clock, which may be corrected;
// stored and sent times use it.
#pragma once

#include "core/base/time.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

namespace parley::server::loop {

class Clock {
 public:
  Clock()
      : wall_at_start_(std::chrono::system_clock::now().time_since_epoch()),
        steady_at_start_(std::chrono::steady_clock::now()),
        asleep_at_start_(asleep()) {}

  [[nodiscard]] Instant now() const {
    const auto elapsed = std::chrono::steady_clock::now() - steady_at_start_;
    // Rounded down once, like the wall clock, so that it is never earlier.
    return Instant{std::chrono::duration_cast<Duration>(wall_at_start_ + elapsed)};
  }

  /// Unix milliseconds.
  [[nodiscard]] static std::int64_t now_ms() { return wall().count(); }

  /// The difference of the wall clock to `now`.
  [[nodiscard]] Duration ahead() const { return wall() - now().time_since_epoch(); }

  /// The part of it in which the machine slept: the steady clock stops then. Deadlines exclude
  /// it, because no client could reach the server in that time.
  [[nodiscard]] Duration slept() const {
    return std::max(Duration{0}, asleep() - asleep_at_start_);
  }

  /// Unaffected by the wall clock; continues while the machine sleeps.
  [[nodiscard]] static Duration uptime() { return time_of(CLOCK_BOOTTIME); }

 private:
  static Duration wall() {
    return std::chrono::duration_cast<Duration>(
        std::chrono::system_clock::now().time_since_epoch());
  }

  static Duration asleep() { return time_of(CLOCK_BOOTTIME) - time_of(CLOCK_MONOTONIC); }

  static Duration time_of(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return std::chrono::duration_cast<Duration>(std::chrono::seconds(time.tv_sec) +
                                                std::chrono::nanoseconds(time.tv_nsec));
  }

  std::chrono::nanoseconds wall_at_start_;
  std::chrono::steady_clock::time_point steady_at_start_;
  Duration asleep_at_start_;
};

}  // namespace parley::server::loop
