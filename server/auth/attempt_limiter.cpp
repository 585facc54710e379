#include "server/auth/attempt_limiter.hpp"

#include "server/auth/limits.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>

namespace parley::server::auth {

AttemptLimiter::Entry& AttemptLimiter::current(std::string_view key, Instant now) {
  Entry& entry = entries_.touch(key);
  entry.used = std::max(Duration{0}, entry.used - (now - entry.at));
  entry.at = now;
  return entry;
}

bool AttemptLimiter::take(std::string_view key, Instant now) {
  if (per_minute_ == 0) return true;
  Entry& entry = current(key, now);
  if (entry.used + cost() > burst()) return false;
  entry.used += cost();
  return true;
}

Duration AttemptLimiter::count(std::string_view key, Instant now) {
  if (per_minute_ == 0) return Duration{0};
  Entry& entry = current(key, now);
  entry.used = std::min(entry.used + cost(), burst() + kMaxWait);
  return std::max(Duration{0}, entry.used - burst());
}

Duration AttemptLimiter::wait(std::string_view key, Instant now) {
  if (per_minute_ == 0) return Duration{0};
  const Entry* entry = entries_.find(key);
  if (entry == nullptr) return Duration{0};
  const Duration used = std::max(Duration{0}, entry->used - (now - entry->at));
  return std::max(Duration{0}, used + cost() - burst());
}

void AttemptLimiter::give_back(std::string_view key) {
  if (per_minute_ == 0) return;
  if (Entry* entry = entries_.find(key)) entry->used = std::max(Duration{0}, entry->used - cost());
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
