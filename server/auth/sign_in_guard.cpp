#include "server/auth/sign_in_guard.hpp"

#include "server/auth/limits.hpp"

#include <algorithm>

namespace parley::server::auth {

SignInGuard::SignInGuard(unsigned attempts_per_minute)
    : by_pair_(attempts_per_minute, kMaxGuardKeys),
      by_user_(attempts_per_minute, kMaxGuardKeys),
      by_address_(attempts_per_minute, kMaxGuardKeys),
      unread_by_address_(attempts_per_minute * kAccountsPerAddress, kMaxGuardKeys),
      known_(kMaxGuardKeys) {}

std::string SignInGuard::pair_of(std::string_view user, std::string_view address) {
  // No account name contains a space.
  return std::string(user) + ' ' + std::string(address);
}

std::optional<Duration> SignInGuard::admit(std::string_view user, std::string_view address,
                                           Instant now) {
  const std::string pair = pair_of(user, address);
  if (!by_pair_.take(pair, now)) return by_pair_.wait(pair, now);
  if (known_.find(pair) != nullptr || unread_by_address_.take(address, now)) return std::nullopt;
  by_pair_.give_back(pair);
  return unread_by_address_.wait(address, now);
}

std::optional<Duration> SignInGuard::failed(std::string_view user, std::string_view address,
                                            Instant now) {
  if (known_.find(pair_of(user, address)) != nullptr) return std::nullopt;
  const Duration wait = std::max(by_user_.count(user, now), by_address_.count(address, now));
  return wait > Duration{0} ? std::optional(wait) : std::nullopt;
}

void SignInGuard::succeeded(std::string_view user, std::string_view address) {
  withdrawn(user, address);
  known_.touch(pair_of(user, address));
}

void SignInGuard::withdrawn(std::string_view user, std::string_view address) {
  const std::string pair = pair_of(user, address);
  by_pair_.give_back(pair);
  if (known_.find(pair) == nullptr) unread_by_address_.give_back(address);
}

}  // namespace parley::server::auth
