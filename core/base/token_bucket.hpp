// Allows a burst, then a steady rate. Time is an argument.
#pragma once

#include "core/base/time.hpp"

#include <algorithm>
#include <cstdint>

namespace parley {

class TokenBucket {
 public:
  /// Takes one token; false without one. At most `burst` tokens, one more every `interval`.
  [[nodiscard]] bool take(Instant now, std::int64_t burst, Duration interval) {
    const bool refused = wait(now, burst, interval) > Duration{0};
    full_at_ = full_again(now, burst, interval) + (refused ? Duration{0} : interval);
    return !refused;
  }

  /// The time until `take` succeeds; zero if it succeeds now.
  [[nodiscard]] Duration wait(Instant now, std::int64_t burst, Duration interval) const {
    return std::max(Duration{0},
                    full_again(now, burst, interval) + interval - (now + burst * interval));
  }

 private:
  /// An empty bucket is full after `burst` intervals; a later time means that the clock was set
  /// back.
  [[nodiscard]] Instant full_again(Instant now, std::int64_t burst, Duration interval) const {
    return std::clamp(full_at_, now, now + burst * interval);
  }

  // The state is the time at which the bucket is full again: one number instead of two.
  Instant full_at_;
};

}  // namespace parley
