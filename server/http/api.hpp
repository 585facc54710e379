// Answers every HTTP request: the account service under /api, health and version, and the web app
// for all other paths. Specified in docs/http-api.md.
#pragma once

#include "server/auth/accounts.hpp"
#include "server/http/accounts_api.hpp"
#include "server/http/authenticator.hpp"
#include "server/http/bodies.hpp"
#include "server/http/calls_api.hpp"
#include "server/http/invitations_api.hpp"
#include "server/http/message.hpp"
#include "server/http/origin.hpp"
#include "server/http/people_api.hpp"
#include "server/http/static_files.hpp"

#include <expected>
#include <functional>
#include <optional>

namespace parley::server::http {

/// The state of the server.
struct Health {
  /// The store can't write.
  bool degraded = false;
  /// The server is about to stop.
  bool draining = false;
  /// A request from this machine gets the gauges.
  bool numbers_for_local = false;
  /// The members of the answer to /health, without the status.
  HealthBody gauges;
};

class Api {
 public:
  struct Hooks {
    std::function<Health()> health;
    AccountsApi::Hooks accounts;
    PeopleApi::Hooks people;
  };

  Api(auth::Accounts& accounts, store::PeopleStore& people, store::CallStore& calls,
      const loop::Clock& clock, const OriginPolicy& origins, const StaticFiles& files, Hooks hooks);

  void handle(const Request& request, Respond respond);

  /// The answer to a request that does not depend on its body, for clients that ask before they
  /// send the body (RFC 9110, 10.1.1); empty when the body is needed.
  void check_head(const Request& request, std::function<void(std::optional<Response>)> then);

 private:
  struct Route;

  /// The error is 404 or 405.
  [[nodiscard]] static std::expected<const Route*, Response> find_route(const Request& request);

  void route(const Request& request, const Respond& respond);
  void route_account_service(const Request& request, const Respond& respond);
  [[nodiscard]] Response preflight(const Request& request) const;

  /// Passes a request to the part of the service that answers it.
  template <auto kPart, auto kHandler>
  static void pass(Api& api, const Request& request, const Respond& respond);

  [[nodiscard]] Response health(const Request& request) const;
  [[nodiscard]] Response alive(const Request& request) const;
  [[nodiscard]] Response ready(const Request& request) const;
  [[nodiscard]] Response version(const Request& request) const;

  auth::Accounts& accounts_;
  const OriginPolicy& origins_;
  const StaticFiles& files_;
  std::function<Health()> health_;
  Authenticator authenticator_;
  AccountsApi accounts_api_;
  InvitationsApi invitations_api_;
  PeopleApi people_api_;
  CallsApi calls_api_;
};

}  // namespace parley::server::http
