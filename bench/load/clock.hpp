// The time measurement of the load tool.
#pragma once

#include "core/base/time.hpp"

#include <chrono>

namespace parley::load {

using Clock = std::chrono::steady_clock;
using Moment = Clock::time_point;
using Nanoseconds = std::chrono::nanoseconds;

using namespace std::chrono_literals;

inline double seconds_of(Clock::duration time) {
  return std::chrono::duration<double>(time).count();
}

inline Clock::duration from_seconds(double seconds) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

/// The same time on the phones' millisecond scale.
inline Instant instant_of(Moment moment) {
  return Instant{std::chrono::duration_cast<Duration>(moment.time_since_epoch())};
}

}  // namespace parley::load
