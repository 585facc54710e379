#include "core/recovery/stall_watch.hpp"

#include "core/recovery/timers.hpp"

#include <algorithm>

namespace parley::recovery {

Duration StallWatch::suspected_after() const {
  return std::min(kStallSuspected * (1U << std::min(answers_, 8U)), kStallSuspectedAtMost);
}

StallWatch::Finding StallWatch::sampled(std::uint64_t packets, Instant now) {
  // Counters that went back were started anew.
  const bool arrives = !packets_ || packets != *packets_;
  packets_ = packets;
  if (arrives) {
    alive(now);
    answers_ = 0;
    return Finding::fine;
  }
  const Duration quiet = now - alive_at_;
  // Only a device that was asked and has not answered is out of reach.
  if (asked_at_ && quiet >= std::max(kStallLimit, suspected_after() + kStallSuspected)) {
    return Finding::stalled;
  }
  if (asked_at_ || quiet < suspected_after()) return Finding::fine;
  asked_at_ = now;
  return Finding::ask;
}

void StallWatch::alive(Instant now) {
  alive_at_ = now;
  if (asked_at_) ++answers_;
  asked_at_.reset();
}

}  // namespace parley::recovery
