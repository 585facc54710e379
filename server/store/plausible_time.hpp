// The time that decides when tokens expire and history is deleted.
//
// A wrong clock must not delete history or end a sign-in. The store therefore saves the last
// plausible time. At the start, a clock is accepted that is not far ahead of the saved time; while
// the server runs, a clock is accepted that advances steadily. A clock that is further ahead is
// accepted once it has stayed there for `kMustLast`; until then the plausible time advances by the
// uptime.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace parley::server::store {

class PlausibleTime {
 public:
  /// A steady time that also counts while the machine sleeps.
  using Uptime = std::chrono::milliseconds;

  /// How long a server may have been off without a doubt about the clock. Wrong clocks are wrong by
  /// months or years.
  static constexpr std::chrono::days kMaxTimeOff{7};
  /// How far a clock may advance beyond the uptime from one look to the next: clocks are corrected
  /// by less than a millisecond a second, and read every few seconds.
  static constexpr std::chrono::minutes kMaxStep{1};
  /// How long a jump must last, in a server that runs all the time, before it is accepted. Wrong
  /// clocks are set within minutes of being online, or noticed by people within a day.
  static constexpr std::chrono::hours kMustLast{24};

  explicit PlausibleTime(std::int64_t last_plausible_ms) : time_ms_(last_plausible_ms) {}

  /// Takes the clock's time and the uptime; returns the plausible time in Unix milliseconds.
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
  /// How far the clock was ahead of the plausible time at the last look.
  [[nodiscard]] std::int64_t ahead_ms() const { return ahead_ms_; }

 private:
  std::int64_t time_ms_;
  std::int64_t ahead_ms_ = 0;
  bool believed_once_ = false;
  std::optional<Uptime> looked_at_;
  std::optional<Uptime> doubted_since_;
};

}  // namespace parley::server::store
