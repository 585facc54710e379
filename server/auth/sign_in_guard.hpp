// Distinguishes users who mistype from programs that guess, and prevents the programs from locking
// out the users.
//
// The strict limit is for one address and one account. The limits for one account from all
// addresses, and for one address over all accounts, never refuse the right password: they turn
// "wrong" into "too many, wait", with a growing wait. For an address that has signed in to the
// account before, only the strict limit counts. Specified in docs/http-api.md, "Limits".
#pragma once

#include "core/base/time.hpp"
#include "server/auth/attempt_limiter.hpp"
#include "server/auth/recent.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace parley::server::auth {

class SignInGuard {
 public:
  /// Attempts per account and address at once, and then per minute; 0 disables the limit.
  explicit SignInGuard(unsigned attempts_per_minute);

  /// Called before a password check: the wait if the check is refused; empty if it is allowed.
  /// After an allowed check one of the other three functions must follow.
  [[nodiscard]] std::optional<Duration> admit(std::string_view user, std::string_view address,
                                              Instant now);
  /// The password was wrong. Returns the wait until the next attempt for the answer "too many
  /// attempts"; empty for the plain answer "wrong".
  std::optional<Duration> failed(std::string_view user, std::string_view address, Instant now);
  void succeeded(std::string_view user, std::string_view address);
  /// No check took place: the server had no time for it.
  void withdrawn(std::string_view user, std::string_view address);

 private:
  struct Known {};

  [[nodiscard]] static std::string pair_of(std::string_view user, std::string_view address);

  AttemptLimiter by_pair_;
  AttemptLimiter by_user_;
  AttemptLimiter by_address_;
  AttemptLimiter unread_by_address_;
  /// Accounts with the addresses they have signed in from. Only in memory: after a restart the
  /// first sign-in from each address counts as new.
  Recent<Known> known_;
};

}  // namespace parley::server::auth
