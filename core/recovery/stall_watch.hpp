// Notices that media has stopped arriving, by the packets that are counted: a browser reports a
// dead path only seconds later.
#pragma once

#include "core/base/time.hpp"

#include <cstdint>
#include <optional>

namespace parley::recovery {

class StallWatch {
 public:
  enum class Finding : std::uint8_t {
    fine,
    ask,      // nothing has arrived for a while: ask for a sign of life
    stalled,  // nothing has, and the path is taken to be down
  };

  /// Takes the number of packets that have arrived since the connection was made.
  [[nodiscard]] Finding sampled(std::uint64_t packets, Instant now);
  /// The path is known to work: something else came through it, or nothing is expected to come.
  void alive(Instant now);
  /// There is reason to doubt the path; a sign of life has been asked for.
  void asked(Instant now) { asked_at_ = now; }
  /// True while a sign of life is awaited.
  [[nodiscard]] bool doubts() const { return asked_at_.has_value(); }
  /// The other device has not answered a question since packets arrived last.
  [[nodiscard]] bool asks_first() const { return answers_ == 0; }

 private:
  /// How long nothing may arrive before the other device is asked.
  [[nodiscard]] Duration suspected_after() const;

  std::optional<std::uint64_t> packets_;
  Instant alive_at_;
  std::optional<Instant> asked_at_;  // since the last sign of life
  unsigned answers_ = 0;             // since packets arrived last
};

}  // namespace parley::recovery
