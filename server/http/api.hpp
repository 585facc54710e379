// Answers every HTTP request: the account service under /api, health and version, and for all else
// the web app. Specified in docs/http-api.md.
#pragma once

#include "server/auth/accounts.hpp"
#include "server/http/bodies.hpp"
#include "server/http/message.hpp"
#include "server/http/origin.hpp"
#include "server/http/static_files.hpp"
#include "server/store/calls.hpp"
#include "server/store/people.hpp"

#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::http {

/// The state of the server.
struct Health {
  /// The store can't be written.
  bool degraded = false;
  /// The server is about to stop.
  bool draining = false;
  /// What /health tells; its status follows from the request.
  HealthBody gauges;
};

class Api {
 public:
  struct Hooks {
    std::function<Health()> health;
    /// A token was withdrawn: sessions that were opened with it end. `device` is told by clients
    /// whose socket is down at that moment.
    std::function<void(const UserId&, std::string_view token, std::optional<DeviceId> device)>
        signed_out;
    /// Whether a signalling socket is open with the token.
    std::function<bool(const UserId&, const store::SecretHash& token)> is_online;
    /// A user has added, removed, blocked or unblocked somebody.
    std::function<void(const UserId&, const switchboard::Relation&)> relation_changed;
  };

  Api(auth::Accounts& accounts, store::PeopleStore& people, store::CallStore& calls,
      const loop::Clock& clock, const OriginPolicy& origins, const StaticFiles& files, Hooks hooks);

  void handle(const Request& request, Respond respond);

  /// What a request is answered with whatever its body is, for clients that ask before they send it
  /// (RFC 9110, 10.1.1); nothing when the body is wanted.
  void check_head(const Request& request, std::function<void(std::optional<Response>)> then);

 private:
  struct Route;

  /// The error is 404 or 405.
  [[nodiscard]] static std::expected<const Route*, Response> find_route(const Request& request);

  void route(const Request& request, const Respond& respond);
  void route_account_service(const Request& request, const Respond& respond);
  [[nodiscard]] Response preflight(const Request& request) const;

  void sign_up(const Request& request, const Respond& respond);
  void sign_in(const Request& request, const Respond& respond);
  void sign_out(const Request& request, const Respond& respond);
  void change_password(const Request& request, const Respond& respond);
  void sessions(const Request& request, const Respond& respond);
  void end_session(const Request& request, const Respond& respond);
  void end_other_sessions(const Request& request, const Respond& respond);
  void me(const Request& request, const Respond& respond);
  void settings(const Request& request, const Respond& respond);
  void change_settings(const Request& request, const Respond& respond);
  void people(const Request& request, const Respond& respond);
  void calls(const Request& request, const Respond& respond);
  void rate_call(const Request& request, const Respond& respond);
  void server(const Request& request, const Respond& respond);
  void contacts(const Request& request, const Respond& respond);
  void add_contact(const Request& request, const Respond& respond);
  void remove_contact(const Request& request, const Respond& respond);
  void blocked(const Request& request, const Respond& respond);
  void block(const Request& request, const Respond& respond);
  void unblock(const Request& request, const Respond& respond);

  using ListQuery = void (store::PeopleStore::*)(const UserId&,
                                                 store::Done<std::vector<store::ListedPerson>>);
  using RelationChange = void (store::PeopleStore::*)(const UserId& user, const UserId& other,
                                                      store::Done<store::ChangedRelation>);
  void list_people(const Request& request, const Respond& respond, ListQuery query);
  void change_relation(const Request& request, const Respond& respond, std::string_view route,
                       RelationChange change);
  [[nodiscard]] Response health(const Request& request) const;
  [[nodiscard]] Response alive(const Request& request) const;
  [[nodiscard]] Response ready(const Request& request) const;
  [[nodiscard]] Response version(const Request& request) const;

  /// Finds out who asks, and goes on only for somebody who is signed in and does not ask too often.
  void with_token(const Request& request, const Respond& respond,
                  std::function<void(const auth::TokenHolder&)> then);
  void with_account(const Request& request, const Respond& respond,
                    std::function<void(const store::Account&)> then);

  auth::Accounts& accounts_;
  store::PeopleStore& people_;
  store::CallStore& calls_;
  const loop::Clock& clock_;
  const OriginPolicy& origins_;
  const StaticFiles& files_;
  Hooks hooks_;
  auth::AttemptLimiter queries_by_user_;
  auth::AttemptLimiter searches_by_user_;
};

}  // namespace parley::server::http
