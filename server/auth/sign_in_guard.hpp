// Tells people who mistype from programs that guess, without letting the latter lock the former
// out.
//
// Strict is only what one address does to one account. What an account suffers from everywhere, and
// what an address does to all accounts, never keeps the right password out: it turns "wrong" into
// "too many, wait", with a wait that grows. Where somebody has signed in before, only what happens
// between those two counts. Specified in docs/http-api.md, "Limits".
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
  /// Attempts per account and address at once, and then a minute; 0 for no limit.
  explicit SignInGuard(unsigned attempts_per_minute);

  /// Before the password is looked at: how long to wait instead; nothing when it may be looked at.
  /// Then one of the other three has to follow.
  [[nodiscard]] std::optional<Duration> admit(std::string_view user, std::string_view address,
                                              Instant now);
  /// The password was wrong. How long to wait until the next attempt, which goes with "too many
  /// attempts"; nothing when it is enough to say that it was wrong.
  std::optional<Duration> failed(std::string_view user, std::string_view address, Instant now);
  void succeeded(std::string_view user, std::string_view address);
  /// Nothing was tried after all: the server had no time for it.
  void withdrawn(std::string_view user, std::string_view address);

 private:
  struct Known {};

  [[nodiscard]] static std::string pair_of(std::string_view user, std::string_view address);

  AttemptLimiter by_pair_;
  AttemptLimiter by_user_;
  AttemptLimiter by_address_;
  AttemptLimiter unread_by_address_;
  /// Accounts with the addresses they have signed in from. Only in memory: after a restart the
  /// first sign-in from each counts as new.
  Recent<Known> known_;
};

}  // namespace parley::server::auth
