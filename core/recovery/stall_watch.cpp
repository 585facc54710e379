#include "core/recovery/stall_watch.hpp"

#include "core/recovery/timers.hpp"

namespace parley::recovery {

StallWatch::Finding StallWatch::sampled(std::uint64_t packets, Instant now) {
  // Counters that went back were started anew.
  const bool arrives = !packets_ || packets != *packets_;
  packets_ = packets;
  if (arrives) {
    alive(now);
    return Finding::fine;
  }
  // Only a device that was asked and has not answered is out of reach.
  if (asked_at_ && now - alive_at_ >= kStallLimit) return Finding::stalled;
  if (asked_at_ || now - alive_at_ < kStallSuspected) return Finding::fine;
  asked_at_ = now;
  return Finding::ask;
}

void StallWatch::alive(Instant now) {
  alive_at_ = now;
  asked_at_.reset();
}

}  // namespace parley::recovery
