// How much one connection may send: a burst, then a steady rate. A connection that sends more gets
// no error; the server reads it more slowly, and TCP slows the sender down. Only a sender that
// exceeds the rate for long is disconnected.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace parley::server::signalling {

class RateBudget {
 public:
  using Clock = std::chrono::steady_clock;

  constexpr RateBudget(std::int64_t burst, std::int64_t per_second)
      : burst_(burst), per_second_(per_second) {}

  void spend(std::int64_t amount, Clock::time_point now) {
    refill(now);
    spent_us_ += amount * 1'000'000 / per_second_;
    if (spent_us_ > burst_us()) {
      if (!short_since_) short_since_ = now;
    } else if (spent_us_ <= burst_us() / 2) {
      short_since_.reset();
    }
  }

  /// How long to wait before the next read; zero while the budget lasts.
  [[nodiscard]] std::chrono::microseconds pause() const {
    return std::chrono::microseconds(spent_us_ > burst_us() ? spent_us_ - burst_us() : 0);
  }

  /// How long the sender has been above its budget without a break.
  [[nodiscard]] Clock::duration short_for(Clock::time_point now) const {
    return short_since_ ? now - *short_since_ : Clock::duration{0};
  }

 private:
  [[nodiscard]] constexpr std::int64_t burst_us() const { return burst_ * 1'000'000 / per_second_; }

  void refill(Clock::time_point now) {
    const auto elapsed = std::chrono::duration_cast<std::chrono::microseconds>(now - at_).count();
    spent_us_ = elapsed >= spent_us_ ? 0 : spent_us_ - elapsed;
    at_ = now;
  }

  std::int64_t burst_;
  std::int64_t per_second_;
  // The spent amount, as the time it takes to refill.
  std::int64_t spent_us_ = 0;
  Clock::time_point at_{};
  std::optional<Clock::time_point> short_since_;
};

}  // namespace parley::server::signalling
