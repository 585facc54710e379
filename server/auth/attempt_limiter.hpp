// Slows things down: so many at once per key, then so many a minute. A key is an account or an
// address. The table is bounded; when it is full, the key that has waited longest is forgotten.
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
  /// Counts one that has happened, also when none was left, and says how long to wait until the
  /// next is in order. That grows with each, up to kMaxWait.
  Duration count(std::string_view key, Instant now);
  /// How long until the next one can be taken; zero when it can be at once.
  [[nodiscard]] Duration wait(std::string_view key, Instant now);
  /// Returns an attempt that turned out to be none.
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

/// The address as a key: IPv6 addresses of one /64 count as one, because one subscriber has them
/// all.
[[nodiscard]] std::string address_key(std::string_view address);

}  // namespace parley::server::auth
