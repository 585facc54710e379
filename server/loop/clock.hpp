// Unix time that never jumps: the wall clock is read once, at the start, and a steady clock counts
// on from there. Deadlines of calls are compared with it, so it must not go back when NTP steps.
#pragma once

#include "core/base/time.hpp"

#include <chrono>

namespace parley::server::loop {

class Clock {
 public:
  Clock()
      : wall_at_start_(std::chrono::duration_cast<Duration>(
            std::chrono::system_clock::now().time_since_epoch())),
        steady_at_start_(std::chrono::steady_clock::now()) {}

  [[nodiscard]] Instant now() const {
    const auto elapsed = std::chrono::steady_clock::now() - steady_at_start_;
    return Instant{wall_at_start_ + std::chrono::duration_cast<Duration>(elapsed)};
  }

  [[nodiscard]] std::int64_t now_ms() const { return ms_of(now()); }

 private:
  Duration wall_at_start_;
  std::chrono::steady_clock::time_point steady_at_start_;
};

}  // namespace parley::server::loop
