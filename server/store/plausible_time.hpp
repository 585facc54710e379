// Whether the system's time may be believed when something is to be forgotten for good.
//
// A machine that boots with a wrong clock must not lose its history and everybody's sign-ins to it.
// So the store keeps the last moment at which the time was plausible. A time that is not far ahead
// of that is plausible too, and becomes that moment; one that is far ahead is only believed once it
// has lasted.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace parley::server::store {

class PlausibleTime {
 public:
  using Steady = std::chrono::steady_clock::time_point;

  /// A server that runs looks every few hours, so whatever is further ahead comes from a clock that
  /// jumped or from a server that was off for long. Clocks that are wrong are so by months or
  /// years.
  static constexpr std::int64_t kMaxStepMs = 7LL * 24 * 60 * 60 * 1000;
  /// How long a jump must have lasted, in a server that ran all the time. Wrong clocks are set
  /// right within minutes of being online, or noticed by people within a day.
  static constexpr std::chrono::hours kMustLast{24};

  explicit PlausibleTime(std::int64_t last_plausible_ms) : plausible_ms_(last_plausible_ms) {}

  /// Looks at the time; true when it is plausible, and is then the new `last_ms()`.
  [[nodiscard]] bool look(std::int64_t now_ms, Steady now) {
    if (now_ms > plausible_ms_ + kMaxStepMs) {
      if (!doubted_since_) doubted_since_ = now;
      if (now - *doubted_since_ < kMustLast) return false;
    }
    doubted_since_.reset();
    plausible_ms_ = now_ms;
    return true;
  }

  [[nodiscard]] std::int64_t last_ms() const { return plausible_ms_; }
  [[nodiscard]] bool in_doubt() const { return doubted_since_.has_value(); }

 private:
  std::int64_t plausible_ms_;
  std::optional<Steady> doubted_since_;
};

}  // namespace parley::server::store
