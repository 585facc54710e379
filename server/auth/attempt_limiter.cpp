#include "server/auth/attempt_limiter.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <utility>

namespace parley::server::auth {

bool AttemptLimiter::take(std::string_view key, Instant now) {
  if (per_minute_ == 0) return true;
  const auto known = by_key_.find(key);
  if (known == by_key_.end()) {
    if (entries_.size() >= max_keys_) {
      by_key_.erase(entries_.front().key);
      entries_.pop_front();
    }
    entries_.push_back({std::string(key), Duration{0}, now});
    by_key_.emplace(entries_.back().key, std::prev(entries_.end()));
  } else {
    entries_.splice(entries_.end(), entries_, known->second);
  }
  Entry& entry = entries_.back();
  entry.used = std::max(Duration{0}, entry.used - (now - entry.at));
  entry.at = now;
  if (entry.used + cost() > cost() * per_minute_) return false;
  entry.used += cost();
  return true;
}

void AttemptLimiter::give_back(std::string_view key) {
  const auto known = by_key_.find(key);
  if (known == by_key_.end()) return;
  Entry& entry = *known->second;
  entry.used = std::max(Duration{0}, entry.used - cost());
}

std::string address_key(std::string_view address) {
  const std::string text(address);
  in6_addr six{};
  if (inet_pton(AF_INET6, text.c_str(), &six) != 1 || IN6_IS_ADDR_V4MAPPED(&six)) return text;
  std::fill(std::begin(six.s6_addr) + 8, std::end(six.s6_addr), std::uint8_t{0});
  std::array<char, INET6_ADDRSTRLEN> network{};
  inet_ntop(AF_INET6, &six, network.data(), network.size());
  return std::string(network.data()) + "/64";
}

}  // namespace parley::server::auth
