// Allows a burst, then a steady rate. Time is an argument.
#pragma once

#include "core/base/time.hpp"

#include <algorithm>
#include <cstdint>

namespace parley {

class TokenBucket {
 public:
  /// Takes one token; false when there is none. `burst` tokens at most, one more every `interval`.
  [[nodiscard]] bool take(Instant now, std::int64_t burst, Duration interval) {
    // Kept as the moment at which the bucket would be full again: one number instead of two.
    full_at_ = std::max(full_at_, now);
    if (full_at_ + interval > now + burst * interval) return false;
    full_at_ += interval;
    return true;
  }

 private:
  Instant full_at_;
};

}  // namespace parley
