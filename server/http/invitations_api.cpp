#include "server/http/invitations_api.hpp"

#include "server/http/bodies.hpp"
#include "server/http/failures.hpp"
#include "server/http/json_body.hpp"
#include "server/http/paths.hpp"

#include <string>
#include <utility>

namespace parley::server::http {

void InvitationsApi::invite(const Request& request, const Respond& respond) {
  authenticator_.with_token(request, respond, [this, respond](const auth::TokenHolder& holder) {
    accounts_.invite(holder, [respond](auto made) {
      if (!made) return respond(denial(made.error()));
      respond(json_response(NewInvitationBody{store::token_id(made->details.hash),
                                              std::move(made->code), made->details.expires_at_ms}));
    });
  });
}

void InvitationsApi::invitations(const Request& request, const Respond& respond) {
  authenticator_.with_token(request, respond, [this, respond](const auth::TokenHolder& holder) {
    accounts_.list_invitations(holder, [respond](auto found) {
      if (!found) return respond(denial(found.error()));
      InvitationsBody body;
      for (const store::Invitation& invitation : *found) {
        if (body.invitations.items.size() == store::kMaxInvitationsPerUser) break;
        body.invitations.items.push_back(
            {store::token_id(invitation.hash), invitation.created_at_ms, invitation.expires_at_ms});
      }
      respond(json_response(body));
    });
  });
}

void InvitationsApi::withdraw(const Request& request, const Respond& respond) {
  const std::string id(part_of(request.path, kInvitationPath).value_or(""));
  authenticator_.with_token(request, respond, [this, id, respond](const auth::TokenHolder& holder) {
    accounts_.withdraw_invitation(holder, id, [respond](auto withdrawn) {
      respond(withdrawn ? no_content() : denial(withdrawn.error()));
    });
  });
}

}  // namespace parley::server::http
