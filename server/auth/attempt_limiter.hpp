// Slows guessing down: so many attempts per key at once, then so many a minute. A key is an account
// or an address. The table is bounded; when it is full, the key that has waited longest is
// forgotten.
#pragma once

#include "core/base/time.hpp"

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace parley::server::auth {

class AttemptLimiter {
 public:
  /// `per_minute` is also the burst; 0 switches the limiter off.
  AttemptLimiter(unsigned per_minute, std::size_t max_keys)
      : per_minute_(per_minute), max_keys_(max_keys) {}

  /// Takes one attempt; false when none is left.
  [[nodiscard]] bool take(std::string_view key, Instant now);
  /// Returns an attempt that turned out to be no guess.
  void give_back(std::string_view key);

  [[nodiscard]] std::size_t keys() const { return entries_.size(); }

 private:
  // Attempts are counted in milliseconds of refill time, which keeps the arithmetic exact.
  struct Entry {
    std::string key;
    Duration used{0};
    Instant at;
  };

  [[nodiscard]] Duration cost() const { return Duration{60'000 / per_minute_}; }

  unsigned per_minute_;
  std::size_t max_keys_;
  std::list<Entry> entries_;  // least recently used first
  std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key_;
};

/// The address as a key: IPv6 addresses of one /64 count as one, because one subscriber has them
/// all.
[[nodiscard]] std::string address_key(std::string_view address);

}  // namespace parley::server::auth
