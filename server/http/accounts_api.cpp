#include "server/http/accounts_api.hpp"

#include "core/base/version.hpp"
#include "server/http/bodies.hpp"
#include "server/http/failures.hpp"
#include "server/http/hosts.hpp"
#include "server/http/json_body.hpp"
#include "server/http/paths.hpp"
#include "server/http/user_agent.hpp"

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

namespace parley::server::http {

namespace {

auth::Visitor visitor(const Request& request) {
  return {request.address, device_text_of(request.user_agent), is_from_this_machine(request)};
}

/// Makes the response to a sign-up or sign-in.
auth::Done<auth::SignedIn> signed_in_to(const Respond& respond) {
  return [respond](std::expected<auth::SignedIn, auth::Denial> result) {
    if (!result) return respond(denial(result.error()));
    respond(json_response(SignedInBody{result->token, result->account.user, result->account.name,
                                       result->expires_at_ms}));
  };
}

}  // namespace

AccountsApi::AccountsApi(auth::Accounts& accounts, Authenticator& authenticator,
                         const loop::Clock& clock, Hooks hooks)
    : accounts_(accounts), authenticator_(authenticator), clock_(clock), hooks_(std::move(hooks)) {}

void AccountsApi::sign_up(const Request& request, const Respond& respond) {
  auto body = read_body<SignUpBody>(request);
  if (!body) return respond(std::move(body.error()));
  accounts_.sign_up({std::move(body->user), std::move(body->name), std::move(body->password),
                     body->invitation.value_or("")},
                    visitor(request), signed_in_to(respond));
}

void AccountsApi::sign_in(const Request& request, const Respond& respond) {
  auto body = read_body<SignInBody>(request);
  if (!body) return respond(std::move(body.error()));
  accounts_.sign_in({std::move(body->user), std::move(body->password)}, visitor(request),
                    signed_in_to(respond));
}

void AccountsApi::sign_out(const Request& request, const Respond& respond) {
  const std::string token(bearer_token(request.authorization));
  if (token.empty()) return respond(failure(Error::not_signed_in));
  SignOutBody details;
  if (!request.body.empty()) {
    auto body = read_body<SignOutBody>(request);
    if (!body) return respond(std::move(body.error()));
    details = *body;
  }
  accounts_.sign_out(token, [this, token, details, respond](auto owner) {
    if (!owner) return respond(denial(owner.error()));
    hooks_.signed_out(owner->user, token, details.device);
    respond(no_content());
  });
}

void AccountsApi::change_password(const Request& request, const Respond& respond) {
  auto body = read_body<ChangePasswordBody>(request);
  if (!body) return respond(std::move(body.error()));
  authenticator_.with_token(
      request, respond,
      [this, body = *body, address = request.address, respond](const auth::TokenHolder& holder) {
        accounts_.change_password(
            holder, {body.current, body.wanted}, address,
            [respond](auto changed) { respond(changed ? no_content() : denial(changed.error())); });
      });
}

void AccountsApi::sessions(const Request& request, const Respond& respond) {
  authenticator_.with_token(request, respond, [this, respond](const auth::TokenHolder& holder) {
    accounts_.list_tokens(holder, [this, holder, respond](auto found) {
      if (!found) return respond(denial(found.error()));
      SessionsBody body;
      for (store::TokenDetails& token : *found) {
        if (body.sessions.items.size() == store::kMaxTokensPerUser) break;
        SessionBody session;
        session.id = store::token_id(token.hash);
        if (!token.device.software.empty()) session.software = std::move(token.device.software);
        if (!token.device.system.empty()) session.system = std::move(token.device.system);
        session.created_at_ms = token.created_at_ms;
        session.current = token.hash == holder.token;
        session.online = hooks_.is_online(holder.account.user, token.hash);
        const bool in_use = session.current || session.online;
        session.last_seen_at_ms = in_use ? clock_.now_ms() : token.last_used_at_ms;
        session.expires_at_ms = token.expires_at_ms;
        body.sessions.items.push_back(std::move(session));
      }
      std::ranges::sort(body.sessions.items, std::greater{}, [](const SessionBody& session) {
        return std::tuple(session.current, session.last_seen_at_ms, session.created_at_ms,
                          session.id);
      });
      respond(json_response(body));
    });
  });
}

void AccountsApi::end_session(const Request& request, const Respond& respond) {
  const std::string id(part_of(request.path, kSessionPath).value_or(""));
  authenticator_.with_token(request, respond, [this, id, respond](const auth::TokenHolder& holder) {
    accounts_.end_token(holder, id, [respond](auto ended) {
      respond(ended ? no_content() : denial(ended.error()));
    });
  });
}

void AccountsApi::end_other_sessions(const Request& request, const Respond& respond) {
  authenticator_.with_token(request, respond, [this, respond](const auth::TokenHolder& holder) {
    accounts_.end_other_tokens(holder, [respond](auto ended) {
      if (!ended) return respond(denial(ended.error()));
      respond(json_response(EndedBody{static_cast<std::int64_t>(*ended)}));
    });
  });
}

void AccountsApi::server(const Request& request, const Respond& respond) {
  accounts_.first_account(visitor(request), [this, respond](auto first) {
    if (!first) return respond(denial(first.error()));
    respond(json_response(ServerBody{accounts_.sign_up_policy(), *first, accounts_.users_invite(),
                                     std::string(kVersion)}));
  });
}

}  // namespace parley::server::http
