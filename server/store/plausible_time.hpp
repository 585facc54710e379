// The time by which things expire and are forgotten.
//
// A clock that is wrong must cost nobody their history or their sign-in. So the store keeps the
// last moment at which the time was plausible. A server that starts believes a clock that is not
// far ahead of that; a server that runs believes one that goes on as it did. A clock that is
// further ahead is only believed once that has lasted; until then the plausible time goes on by
// itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace parley::server::store {

class PlausibleTime {
 public:
  /// Counts on whatever happens to the clock, also while the machine sleeps.
  using Uptime = std::chrono::milliseconds;

  /// What a server may have been off for without a doubt about the clock. Clocks that are wrong are
  /// so by months or years.
  static constexpr std::chrono::days kMaxTimeOff{7};
  /// By how much a clock may be ahead of what it was at the last look: clocks are drawn right by
  /// less than a millisecond a second, and looked at every few seconds.
  static constexpr std::chrono::minutes kMaxStep{1};
  /// How long a jump must have lasted, in a server that ran all the time. Wrong clocks are set
  /// right within minutes of being online, or noticed by people within a day.
  static constexpr std::chrono::hours kMustLast{24};

  explicit PlausibleTime(std::int64_t last_plausible_ms) : time_ms_(last_plausible_ms) {}

  /// Looks at the clock; returns the time to go by.
  std::int64_t look(std::int64_t clock_ms, Uptime uptime) {
    if (looked_at_) time_ms_ += (uptime - *looked_at_).count();
    looked_at_ = uptime;
    ahead_ms_ = clock_ms - time_ms_;
    const std::chrono::milliseconds most = believed_once_ ? kMaxStep : kMaxTimeOff;
    if (ahead_ms_ > most.count()) {
      if (!doubted_since_) doubted_since_ = uptime;
      if (uptime - *doubted_since_ < kMustLast) return time_ms_;
    }
    doubted_since_.reset();
    believed_once_ = true;
    return time_ms_ = clock_ms;
  }

  [[nodiscard]] bool in_doubt() const { return doubted_since_.has_value(); }
  /// By how much the clock was ahead at the last look.
  [[nodiscard]] std::int64_t ahead_ms() const { return ahead_ms_; }

 private:
  std::int64_t time_ms_;
  std::int64_t ahead_ms_ = 0;
  bool believed_once_ = false;
  std::optional<Uptime> looked_at_;
  std::optional<Uptime> doubted_since_;
};

}  // namespace parley::server::store
