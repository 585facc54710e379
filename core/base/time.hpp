// Time in the core is an argument, never a call. The clock below has no `now()`, so code
// that tries to read the time does not compile.
#pragma once

#include <chrono>
#include <cstdint>

namespace parley {

struct CoreClock {
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<CoreClock>;
  static constexpr bool is_steady = true;
};

using Duration = CoreClock::duration;

/// A time in milliseconds. On the server the epoch is Unix time, so that deadlines survive a
/// restart; on a phone it is the start of its shell's steady clock.
using Instant = CoreClock::time_point;

constexpr Instant instant_from_ms(std::int64_t ms) { return Instant{Duration{ms}}; }
constexpr std::int64_t ms_of(Instant instant) { return instant.time_since_epoch().count(); }

}  // namespace parley
