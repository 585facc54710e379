#include "server/http/api.hpp"

#include "server/http/bodies.hpp"
#include "server/http/failures.hpp"
#include "server/http/security.hpp"
#include "server/store/calls.hpp"
#include "server/version.hpp"

#include <algorithm>
#include <charconv>
#include <expected>
#include <utility>
#include <vector>

namespace parley::server::http {

namespace {

// Reading the history or searching people costs the store up to a few milliseconds; nobody who
// clicks comes near this.
constexpr unsigned kQueriesPerMinute = 600;
constexpr std::size_t kMaxQueryKeys = 20'000;

template <class T>
Response json_response(const T& body) {
  Response response;
  response.body = json::to_json(body);
  response.add("Content-Type", "application/json");
  response.add("Cache-Control", "no-store");
  return response;
}

Response denial(const auth::Denial& reason) { return failure(reason.error, reason.field); }

/// Reads a body; the error is the response to give.
template <json::Described T>
std::expected<T, Response> read_body(const Request& request) {
  // A type that HTML forms can't send: no foreign page gets here without asking first.
  if (!request.content_type.starts_with("application/json")) {
    return std::unexpected(failure(415, Error::malformed_message, "content-type"));
  }
  T body;
  json::Reader in(request.body);
  json::ReadError error;
  if (json::read(in, body, error)) {
    if (in.at_end()) return body;
    return std::unexpected(failure(Error::malformed_message));
  }
  if (error.kind == json::ReadError::Kind::invalid_field) {
    return std::unexpected(failure(Error::invalid_field, error.where));
  }
  return std::unexpected(failure(Error::malformed_message));
}

/// The parameter `limit`: 1 to kMaxPage; nothing when it is no such number.
std::optional<std::size_t> page_size(const Request& request) {
  const auto text = query_parameter(request.query, "limit");
  if (!text) return kDefaultPage;
  std::size_t limit = 0;
  const char* end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, limit);
  if (error != std::errc{} || stopped != end || limit == 0) return std::nullopt;
  return std::min(limit, kMaxPage);
}

CallBody call_for(const UserId& me, const store::HistoryEntry& entry) {
  const switchboard::CallRecord& record = entry.record;
  const bool outgoing = record.caller.user == me;
  const switchboard::Leg& mine = outgoing ? record.caller : record.callee;
  const switchboard::Leg& theirs = outgoing ? record.callee : record.caller;
  CallBody body;
  body.call = record.call;
  body.direction = outgoing ? wire::Direction::outgoing : wire::Direction::incoming;
  body.peer = {theirs.user, {outgoing ? entry.callee_name : entry.caller_name}};
  body.kind = record.kind;
  body.reason = record.reason.value_or(wire::EndReason::abandoned);
  body.failure = record.failure;
  body.ended_by = record.ended_by;
  body.invited_at_ms = record.invited_at_ms;
  body.ringing_at_ms = record.ringing_at_ms;
  body.accepted_at_ms = record.accepted_at_ms;
  body.connected_at_ms = record.connected_at_ms;
  body.ended_at_ms = record.ended_at_ms.value_or(record.invited_at_ms);
  if (record.connected_at_ms) body.lasted_ms = body.ended_at_ms - *record.connected_at_ms;
  if (mine.status) {
    body.my_microphone = mine.status->microphone;
    body.my_camera = mine.status->camera;
  }
  if (theirs.status) {
    body.peer_microphone = theirs.status->microphone;
    body.peer_camera = theirs.status->camera;
  }
  // What the other one thought is not for this user.
  body.my_rating = outgoing ? entry.caller_rating : entry.callee_rating;
  return body;
}

Response rated(store::RatingOutcome outcome) {
  switch (outcome) {
    case store::RatingOutcome::saved: {
      Response response;
      response.status = 204;
      return response;
    }
    case store::RatingOutcome::unknown_call:
      return failure(Error::unknown_call);
    case store::RatingOutcome::not_over:
      return failure(Error::call_not_over);
    case store::RatingOutcome::never_connected:
      return failure(Error::call_not_connected);
  }
  return failure(Error::internal);
}

/// What the Allow header calls the methods of a route.
std::string_view name_of(Method method) {
  switch (method) {
    case Method::get:
      return "GET, HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
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

constexpr std::string_view kRatingPath = "/api/calls/*/rating";

/// What `path` has in place of the "*" of a route, empty for a route without one; nothing when the
/// path is another.
std::optional<std::string_view> part_of(std::string_view path, std::string_view route) {
  const std::size_t star = route.find('*');
  if (star == std::string_view::npos) {
    return path == route ? std::optional(std::string_view()) : std::nullopt;
  }
  const std::string_view before = route.substr(0, star);
  const std::string_view after = route.substr(star + 1);
  if (path.size() <= before.size() + after.size()) return std::nullopt;
  if (!path.starts_with(before) || !path.ends_with(after)) return std::nullopt;
  const auto part = path.substr(star, path.size() - before.size() - after.size());
  return part.contains('/') ? std::nullopt : std::optional(part);
}

}  // namespace

Api::Api(auth::Accounts& accounts, store::Store& store, const loop::Clock& clock,
         const OriginPolicy& origins, const StaticFiles& files, Hooks hooks)
    : accounts_(accounts),
      store_(store),
      clock_(clock),
      origins_(origins),
      files_(files),
      hooks_(std::move(hooks)),
      queries_by_user_(kQueriesPerMinute, kMaxQueryKeys) {}

void Api::handle(const Request& request, Respond respond) {
  const auto verdict = origins_.judge(request.origin, request.host, request.tls);
  const bool shared = is_below(request.path, "/api");
  // What every response has in common; only the account service may be used from other origins.
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
    return finish(failure(Error::foreign_origin));
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
  response.add("Access-Control-Allow-Methods", "GET, POST, PUT");
  response.add("Access-Control-Allow-Headers", "authorization, content-type");
  response.add("Access-Control-Max-Age", "600");
  return response;
}

void Api::route(const Request& request, const Respond& respond) {
  if (is_below(request.path, "/api")) return route_account_service(request, respond);
  if (request.path == "/health") return respond(health());
  if (request.path == "/version") {
    return respond(json_response(VersionBody{std::string(kVersion)}));
  }
  if (request.path == "/signal") {
    Response response = failure(426, Error::hello_expected, "upgrade");
    response.add("Upgrade", "websocket");
    return respond(std::move(response));
  }
  respond(files_.respond(request));
}

void Api::route_account_service(const Request& request, const Respond& respond) {
  struct Route {
    std::string_view path;
    Method method;
    void (Api::*handler)(const Request&, const Respond&);
  };
  static constexpr std::array kRoutes{
      Route{"/api/sign-up", Method::post, &Api::sign_up},
      Route{"/api/sign-in", Method::post, &Api::sign_in},
      Route{"/api/sign-out", Method::post, &Api::sign_out},
      Route{"/api/me", Method::get, &Api::me},
      Route{"/api/settings", Method::get, &Api::settings},
      Route{"/api/settings", Method::put, &Api::change_settings},
      Route{"/api/people", Method::get, &Api::people},
      Route{"/api/calls", Method::get, &Api::calls},
      Route{kRatingPath, Method::put, &Api::rate_call},
  };
  const Method method = request.method == Method::head ? Method::get : request.method;
  if (request.path == "/api/server" && method == Method::get) return respond(server());
  std::string allowed;
  for (const Route& route : kRoutes) {
    if (!part_of(request.path, route.path)) continue;
    if (route.method == method) return (this->*route.handler)(request, respond);
    allowed += (allowed.empty() ? "" : ", ") + std::string(name_of(route.method));
  }
  if (allowed.empty()) return respond(failure(404, Error::unknown_message, "path"));
  Response response = failure(405, Error::unknown_message, "method");
  response.add("Allow", allowed);
  respond(std::move(response));
}

void Api::with_account(const Request& request, const Respond& respond,
                       std::function<void(const store::Account&)> then) {
  const std::string_view token = bearer_token(request.authorization);
  if (token.empty()) return respond(failure(Error::not_signed_in));
  accounts_.check(token, [this, respond, then = std::move(then)](auto account) {
    if (!account) return respond(denial(account.error()));
    if (!queries_by_user_.take(account->user.text, clock_.now())) {
      return respond(failure(Error::rate_limited));
    }
    then(*account);
  });
}

namespace {

/// Turns the outcome of signing up or in into a response.
auth::Done<auth::SignedIn> signed_in_to(const Respond& respond) {
  return [respond](std::expected<auth::SignedIn, auth::Denial> result) {
    if (!result) return respond(denial(result.error()));
    respond(json_response(SignedInBody{result->token, result->account.user, result->account.name,
                                       result->expires_at_ms}));
  };
}

}  // namespace

void Api::sign_up(const Request& request, const Respond& respond) {
  auto body = read_body<SignUpBody>(request);
  if (!body) return respond(std::move(body.error()));
  accounts_.sign_up({std::move(body->user), std::move(body->name), std::move(body->password),
                     body->invitation.value_or("")},
                    request.address, signed_in_to(respond));
}

void Api::sign_in(const Request& request, const Respond& respond) {
  auto body = read_body<SignInBody>(request);
  if (!body) return respond(std::move(body.error()));
  accounts_.sign_in({std::move(body->user), std::move(body->password)}, request.address,
                    signed_in_to(respond));
}

void Api::sign_out(const Request& request, const Respond& respond) {
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
    Response response;
    response.status = 204;
    respond(std::move(response));
  });
}

void Api::me(const Request& request, const Respond& respond) {
  with_account(request, respond, [respond](const store::Account& account) {
    respond(json_response(wire::Party{account.user, {account.name}}));
  });
}

void Api::settings(const Request& request, const Respond& respond) {
  with_account(request, respond, [respond](const store::Account& account) {
    respond(json_response(SettingsBody{account.call_waiting}));
  });
}

void Api::change_settings(const Request& request, const Respond& respond) {
  auto body = read_body<SettingsBody>(request);
  if (!body) return respond(std::move(body.error()));
  with_account(request, respond, [this, wanted = *body, respond](const store::Account& account) {
    accounts_.set_call_waiting(account.user, wanted.call_waiting, [respond](auto changed) {
      if (!changed) return respond(denial(changed.error()));
      respond(json_response(SettingsBody{changed->call_waiting}));
    });
  });
}

void Api::people(const Request& request, const Respond& respond) {
  const auto limit = page_size(request);
  if (!limit) return respond(failure(Error::invalid_field, "limit"));
  const std::string search = query_parameter(request.query, "search").value_or("");
  with_account(request, respond, [=, this](const store::Account& account) {
    store_.read<std::vector<store::Account>>(
        [=](store::Database& database) {
          return store::find_people(database, account.user, search, *limit);
        },
        [respond](auto found) {
          if (!found) return respond(failure(Error::internal));
          PeopleBody body;
          for (store::Account& person : *found) {
            body.people.items.push_back({std::move(person.user), {std::move(person.name)}});
          }
          respond(json_response(body));
        });
  });
}

void Api::calls(const Request& request, const Respond& respond) {
  const auto limit = page_size(request);
  if (!limit) return respond(failure(Error::invalid_field, "limit"));
  store::HistoryQuery page;
  page.limit = *limit;
  if (const auto before = query_parameter(request.query, "before")) {
    page.before = store::from_cursor(*before);
    if (!page.before) return respond(failure(Error::invalid_field, "before"));
  }
  with_account(request, respond, [=, this](const store::Account& account) {
    store_.read<std::vector<store::HistoryEntry>>(
        [=](store::Database& database) { return store::history_of(database, account.user, page); },
        [respond, page, me = account.user](auto found) {
          if (!found) return respond(failure(Error::internal));
          CallsBody body;
          for (const store::HistoryEntry& entry : *found) {
            body.calls.items.push_back(call_for(me, entry));
          }
          if (found->size() == page.limit) {
            const switchboard::CallRecord& last = found->back().record;
            body.next = store::to_cursor({last.invited_at_ms, last.call});
          }
          respond(json_response(body));
        });
  });
}

void Api::rate_call(const Request& request, const Respond& respond) {
  const auto body = read_body<RatingBody>(request);
  if (!body) return respond(body.error());
  const auto id = parse_uuid(part_of(request.path, kRatingPath).value_or(""));
  with_account(request, respond, [=, this, rating = body->rating](const store::Account& account) {
    if (!id) return respond(failure(Error::unknown_call));
    store_.execute<store::RatingOutcome>(
        [=, call = CallId{id->high, id->low}, user = account.user](store::Database& database) {
          return store::rate_call(database, call, user, rating);
        },
        [respond](auto outcome) { respond(outcome ? rated(*outcome) : failure(Error::internal)); });
  });
}

Response Api::server() const {
  return json_response(ServerBody{accounts_.sign_up_policy(), std::string(kVersion)});
}

Response Api::health() const {
  const Health now = hooks_.health();
  Response response = json_response(HealthBody{
      now.degraded ? HealthStatus::degraded : HealthStatus::ok, now.connections, now.sessions,
      now.sessions_online, now.users_online, now.calls, now.records_waiting, now.uptime_s});
  // Monitors look at the status before they read the body.
  if (now.degraded) response.status = 503;
  return response;
}

}  // namespace parley::server::http
