// The requests to invite people to make an account.
#pragma once

#include "server/auth/accounts.hpp"
#include "server/http/authenticator.hpp"
#include "server/http/message.hpp"

namespace parley::server::http {

class InvitationsApi {
 public:
  InvitationsApi(auth::Accounts& accounts, Authenticator& authenticator)
      : accounts_(accounts), authenticator_(authenticator) {}

  void invite(const Request& request, const Respond& respond);
  void invitations(const Request& request, const Respond& respond);
  void withdraw(const Request& request, const Respond& respond);

 private:
  auth::Accounts& accounts_;
  Authenticator& authenticator_;
};

}  // namespace parley::server::http
