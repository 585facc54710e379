// Finds out who asks, and goes on only for somebody who is signed in and does not ask too often.
#pragma once

#include "server/auth/accounts.hpp"
#include "server/auth/attempt_limiter.hpp"
#include "server/http/message.hpp"
#include "server/loop/clock.hpp"

#include <functional>

namespace parley::server::http {

class Authenticator {
 public:
  Authenticator(auth::Accounts& accounts, const loop::Clock& clock);

  /// Answers the request itself unless `then` is called.
  void with_token(const Request& request, const Respond& respond,
                  std::function<void(const auth::TokenHolder&)> then);
  void with_account(const Request& request, const Respond& respond,
                    std::function<void(const store::Account&)> then);

 private:
  auth::Accounts& accounts_;
  const loop::Clock& clock_;
  auth::AttemptLimiter queries_by_user_;
};

}  // namespace parley::server::http
