// Limits attempts: a burst per key, then a number per minute. A key is an account or an
// address. The table is bounded; when it is full, the key that was unused for longest is dropped.
#pragma once

#include "core/base/time.hpp"
#include "server/auth/limits.hpp"
#include "server/auth/recent.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace parley::server::auth {

class AttemptLimiter {
 public:
  /// `per_minute` is also the burst; 0 switches the limiter off.
  AttemptLimiter(unsigned per_minute, std::size_t max_keys)
      : per_minute_(per_minute), entries_(max_keys) {}

  /// Takes one attempt; false when none is left.
  [[nodiscard]] bool take(std::string_view key, Instant now);
  /// Counts an attempt that has happened, also when none was left, and returns the wait until the
  /// next is allowed. The wait grows with each attempt, up to kMaxWait.
  Duration count(std::string_view key, Instant now);
  /// The wait until the next attempt is allowed; zero if it is allowed now.
  [[nodiscard]] Duration wait(std::string_view key, Instant now);
  /// Returns an attempt that does not count.
  void give_back(std::string_view key);

  [[nodiscard]] std::size_t keys() const { return entries_.size(); }

 private:
  // Attempts are counted in milliseconds of refill time, which keeps the arithmetic exact.
  struct Entry {
    Duration used{0};
    Instant at;
  };

  Entry& current(std::string_view key, Instant now);
  [[nodiscard]] Duration cost() const { return Duration{60'000 / per_minute_}; }
  [[nodiscard]] Duration burst() const { return cost() * per_minute_; }

  unsigned per_minute_;
  Recent<Entry> entries_;
};

/// The address as a key: IPv6 addresses of one /64 count as one, because one subscriber owns them
/// all.
[[nodiscard]] std::string address_key(std::string_view address);

}  // namespace parley::server::auth
