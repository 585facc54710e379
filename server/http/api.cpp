#include "server/http/api.hpp"

#include "core/base/version.hpp"
#include "server/http/bodies.hpp"
#include "server/http/failures.hpp"
#include "server/http/hosts.hpp"
#include "server/http/json_body.hpp"
#include "server/http/paths.hpp"
#include "server/http/security.hpp"

#include <array>
#include <expected>
#include <functional>
#include <utility>

namespace parley::server::http {

namespace {

/// Seconds after which a client may retry when the server is temporarily unable to answer.
constexpr const char* kRetryAfter = "10";

/// The names of a route's methods in the Allow header.
std::string_view name_of(Method method) {
  switch (method) {
    case Method::get:
      return "GET, HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::remove:
      return "DELETE";
    case Method::head:
    case Method::options:
    case Method::other:
      break;
  }
  return {};
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

}  // namespace

Api::Api(auth::Accounts& accounts, store::PeopleStore& people, store::CallStore& calls,
         const loop::Clock& clock, const OriginPolicy& origins, const StaticFiles& files,
         Hooks hooks)
    : accounts_(accounts),
      origins_(origins),
      files_(files),
      health_(std::move(hooks.health)),
      authenticator_(accounts, clock),
      accounts_api_(accounts, authenticator_, clock, std::move(hooks.accounts)),
      invitations_api_(accounts, authenticator_),
      people_api_(accounts, people, authenticator_, clock, std::move(hooks.people)),
      calls_api_(calls, authenticator_) {}

void Api::handle(const Request& request, Respond respond) {
  const auto verdict = origins_.judge(request.origin, request.host, request.tls);
  const bool shared = is_below(request.path, "/api");
  // Only the account service may be used from other origins.
  const Respond finish = [verdict, shared, host = request.host, tls = request.tls,
                          origin = request.origin,
                          respond = std::move(respond)](Response response) {
    add_security_headers(response, host, tls);
    if (shared) {
      response.add("Vary", "Origin");
      if (verdict == OriginPolicy::Verdict::allowed) {
        response.add("Access-Control-Allow-Origin", *origin);
      }
    }
    respond(std::move(response));
  };
  const bool safe = request.method == Method::get || request.method == Method::head ||
                    request.method == Method::options;
  if (!safe && verdict == OriginPolicy::Verdict::foreign) {
    return finish(foreign_origin(request.origin.value_or(""), request.host));
  }
  if (shared && request.method == Method::options) return finish(preflight(request));
  route(request, finish);
}

Response Api::preflight(const Request& request) const {
  if (origins_.judge(request.origin, request.host, request.tls) == OriginPolicy::Verdict::foreign) {
    return failure(Error::foreign_origin);
  }
  Response response;
  response.status = 204;
  response.add("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE");
  response.add("Access-Control-Allow-Headers", "authorization, content-type");
  response.add("Access-Control-Max-Age", "600");
  return response;
}

void Api::route(const Request& request, const Respond& respond) {
  if (is_below(request.path, "/api")) return route_account_service(request, respond);
  // "*" asks about the server as a whole (RFC 9110, 9.3.7).
  if (request.path == "*") {
    Response response;
    response.status = 204;
    response.add("Allow", "GET, HEAD, POST, PUT, DELETE, OPTIONS");
    return respond(std::move(response));
  }
  struct StatePage {
    std::string_view path;
    Response (Api::*page)(const Request&) const;
  };
  static constexpr std::array kStatePages{
      StatePage{"/health", &Api::health}, StatePage{"/healthz", &Api::alive},
      StatePage{"/readyz", &Api::ready}, StatePage{"/version", &Api::version}};
  const bool reads = request.method == Method::get || request.method == Method::head;
  for (const auto& [path, page] : kStatePages) {
    if (request.path == path)
      return respond(reads ? (this->*page)(request) : wrong_method("GET, HEAD"));
  }
  if (request.path == "/signal") {
    if (!reads) return respond(wrong_method("GET"));
    Response response = failure(426, Error::hello_expected, "upgrade");
    response.add("Upgrade", "websocket");
    response.add("Connection", "Upgrade");
    return respond(std::move(response));
  }
  respond(files_.respond(request));
}

Response Api::version(const Request&) const {
  return json_response(VersionBody{std::string(kVersion)});
}

Response Api::alive(const Request&) const { return json_response(StatusBody{}); }

Response Api::ready(const Request&) const {
  const Health now = health_();
  const bool ready = !now.degraded && !now.draining;
  Response response = json_response(
      StatusBody{now.draining ? HealthStatus::draining
                              : (now.degraded ? HealthStatus::degraded : HealthStatus::ok)});
  if (!ready) {
    response.status = 503;
    response.add("Retry-After", kRetryAfter);
  }
  return response;
}

struct Api::Route {
  std::string_view path;
  Method method;
  void (*handler)(Api&, const Request&, const Respond&);
};

template <auto kPart, auto kHandler>
void Api::pass(Api& api, const Request& request, const Respond& respond) {
  (api.*kPart.*kHandler)(request, respond);
}

std::expected<const Api::Route*, Response> Api::find_route(const Request& request) {
  static constexpr std::array kRoutes{
      Route{kSignUpPath, Method::post, &pass<&Api::accounts_api_, &AccountsApi::sign_up>},
      Route{kSignInPath, Method::post, &pass<&Api::accounts_api_, &AccountsApi::sign_in>},
      Route{"/api/sign-out", Method::post, &pass<&Api::accounts_api_, &AccountsApi::sign_out>},
      Route{"/api/password", Method::post,
            &pass<&Api::accounts_api_, &AccountsApi::change_password>},
      Route{"/api/sessions", Method::get, &pass<&Api::accounts_api_, &AccountsApi::sessions>},
      Route{"/api/sessions/end-others", Method::post,
            &pass<&Api::accounts_api_, &AccountsApi::end_other_sessions>},
      Route{kSessionPath, Method::remove, &pass<&Api::accounts_api_, &AccountsApi::end_session>},
      Route{"/api/invitations", Method::post,
            &pass<&Api::invitations_api_, &InvitationsApi::invite>},
      Route{"/api/invitations", Method::get,
            &pass<&Api::invitations_api_, &InvitationsApi::invitations>},
      Route{kInvitationPath, Method::remove,
            &pass<&Api::invitations_api_, &InvitationsApi::withdraw>},
      Route{"/api/me", Method::get, &pass<&Api::people_api_, &PeopleApi::me>},
      Route{"/api/settings", Method::get, &pass<&Api::people_api_, &PeopleApi::settings>},
      Route{"/api/settings", Method::put, &pass<&Api::people_api_, &PeopleApi::change_settings>},
      Route{"/api/people", Method::get, &pass<&Api::people_api_, &PeopleApi::find>},
      Route{"/api/calls", Method::get, &pass<&Api::calls_api_, &CallsApi::history>},
      Route{kRatingPath, Method::put, &pass<&Api::calls_api_, &CallsApi::rate>},
      Route{"/api/server", Method::get, &pass<&Api::accounts_api_, &AccountsApi::server>},
      Route{"/api/contacts", Method::get, &pass<&Api::people_api_, &PeopleApi::contacts>},
      Route{kContactPath, Method::put, &pass<&Api::people_api_, &PeopleApi::add_contact>},
      Route{kContactPath, Method::remove, &pass<&Api::people_api_, &PeopleApi::remove_contact>},
      Route{"/api/blocked", Method::get, &pass<&Api::people_api_, &PeopleApi::blocked>},
      Route{kBlockedPath, Method::put, &pass<&Api::people_api_, &PeopleApi::block>},
      Route{kBlockedPath, Method::remove, &pass<&Api::people_api_, &PeopleApi::unblock>},
  };
  const Method method = request.method == Method::head ? Method::get : request.method;
  std::string allowed;
  for (const Route& route : kRoutes) {
    if (!part_of(request.path, route.path)) continue;
    if (route.method == method) return &route;
    allowed += (allowed.empty() ? "" : ", ") + std::string(name_of(route.method));
  }
  if (allowed.empty()) return std::unexpected(failure(404, Error::unknown_message, "path"));
  return std::unexpected(wrong_method(std::move(allowed)));
}

void Api::route_account_service(const Request& request, const Respond& respond) {
  const auto route = find_route(request);
  if (!route) return respond(route.error());
  (*route)->handler(*this, request, respond);
}

void Api::check_head(const Request& request, std::function<void(std::optional<Response>)> then) {
  // Only the account service accepts a body.
  if (!is_below(request.path, "/api")) {
    return route(request, [then](Response response) { then(std::move(response)); });
  }
  if (request.method == Method::options) return then(std::nullopt);
  if (const auto route = find_route(request); !route) return then(route.error());
  const bool reads = request.method == Method::get || request.method == Method::head;
  if (!reads && !is_json(request.content_type)) {
    return then(failure(415, Error::malformed_message, "content-type"));
  }
  if (request.path == kSignInPath || request.path == kSignUpPath || request.path == "/api/server") {
    return then(std::nullopt);
  }
  const std::string_view token = bearer_token(request.authorization);
  if (token.empty()) return then(failure(Error::not_signed_in));
  accounts_.check(token, [then](auto account) {
    then(account ? std::nullopt : std::optional(denial(account.error())));
  });
}

Response Api::health(const Request& request) const {
  const Health now = health_();
  const HealthStatus status = now.degraded ? HealthStatus::degraded : HealthStatus::ok;
  // The numbers are for the operator on the same machine. A proxy on that machine that adds no
  // header looks like the operator, so behind a proxy `health-numbers` must allow them.
  const bool from_here = now.numbers_for_local && is_from_this_machine(request);
  HealthBody gauges = now.gauges;
  gauges.status = status;
  Response response = from_here ? json_response(gauges) : json_response(StatusBody{status});
  // Monitors read the status before the body.
  if (now.degraded) {
    response.status = 503;
    response.add("Retry-After", kRetryAfter);
  }
  return response;
}

}  // namespace parley::server::http
