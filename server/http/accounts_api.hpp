// The requests to sign up, in and out, to change the password, and to list and end sessions.
#pragma once

#include "core/base/ids.hpp"
#include "server/auth/accounts.hpp"
#include "server/http/authenticator.hpp"
#include "server/http/message.hpp"
#include "server/loop/clock.hpp"

#include <functional>
#include <optional>
#include <string_view>

namespace parley::server::http {

class AccountsApi {
 public:
  struct Hooks {
    /// A token was withdrawn: the sessions opened with it end. Clients without a socket at that
    /// moment send `device`, and the session of that device ends too.
    std::function<void(const UserId&, std::string_view token, std::optional<DeviceId> device)>
        signed_out;
    /// True when a signalling socket is open with the token.
    std::function<bool(const UserId&, const store::SecretHash& token)> is_online;
  };

  AccountsApi(auth::Accounts& accounts, Authenticator& authenticator, const loop::Clock& clock,
              Hooks hooks);

  /// Answers with the settings that a client needs before signing up.
  void server(const Request& request, const Respond& respond);
  void sign_up(const Request& request, const Respond& respond);
  void sign_in(const Request& request, const Respond& respond);
  void sign_out(const Request& request, const Respond& respond);
  void change_password(const Request& request, const Respond& respond);
  void sessions(const Request& request, const Respond& respond);
  void end_session(const Request& request, const Respond& respond);
  void end_other_sessions(const Request& request, const Respond& respond);

 private:
  auth::Accounts& accounts_;
  Authenticator& authenticator_;
  const loop::Clock& clock_;
  Hooks hooks_;
};

}  // namespace parley::server::http
