#include "server/http/authenticator.hpp"

#include "server/http/failures.hpp"
#include "server/http/json_body.hpp"
#include "server/http/limits.hpp"

#include <utility>

namespace parley::server::http {

Authenticator::Authenticator(auth::Accounts& accounts, const loop::Clock& clock)
    : accounts_(accounts), clock_(clock), queries_by_user_(kQueriesPerMinute, kMaxQueryKeys) {}

void Authenticator::with_token(const Request& request, const Respond& respond,
                               std::function<void(const auth::TokenHolder&)> then) {
  const std::string_view token = bearer_token(request.authorization);
  if (token.empty()) return respond(failure(Error::not_signed_in));
  accounts_.check(token, [this, respond, then = std::move(then)](auto holder) {
    if (!holder) return respond(denial(holder.error()));
    const std::string& user = holder->account.user.text;
    const Instant now = clock_.now();
    if (!queries_by_user_.take(user, now)) {
      return respond(failure(Error::rate_limited,
                             FailureDetails{.retry_after = queries_by_user_.wait(user, now)}));
    }
    then(*holder);
  });
}

void Authenticator::with_account(const Request& request, const Respond& respond,
                                 std::function<void(const store::Account&)> then) {
  with_token(request, respond,
             [then = std::move(then)](const auth::TokenHolder& holder) { then(holder.account); });
}

}  // namespace parley::server::http
