// Checks the token and the rate of a request. Only requests of signed-in users within the rate are
// handled.
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

  /// Calls `then` for an accepted request; answers all others itself.
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
