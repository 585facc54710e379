#include "server/http/api.hpp"

#include "core/base/text_file.hpp"
#include "core/base/version.hpp"
#include "server/http/bodies.hpp"
#include "server/http/failures.hpp"
#include "server/http/hosts.hpp"
#include "server/http/limits.hpp"
#include "server/http/security.hpp"
#include "server/http/user_agent.hpp"
#include "server/text/unicode.hpp"

#include <algorithm>
#include <charconv>
#include <expected>
#include <functional>
#include <tuple>
#include <utility>
#include <vector>

namespace parley::server::http {

namespace {

/// Seconds after which a server that can't at the moment is worth asking again.
constexpr const char* kRetryAfter = "10";

template <class T>
Response json_response(const T& body) {
  Response response;
  response.body = json::to_json(body);
  response.add("Content-Type", "application/json");
  response.add("Cache-Control", "no-store");
  return response;
}

Response denial(const auth::Denial& reason) {
  return failure(reason.error, FailureDetails{reason.field, reason.detail, reason.retry_after});
}

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

/// Half of a pair of surrogates, as an escape, means no character (RFC 8259, 8.2). In a name or a
/// password that is the fault of what somebody typed or pasted, not of the whole request: U+FFFD in
/// its place lets the checks of the field name the field.
std::string without_broken_text(std::string_view body) {
  const auto unit_at = [&](std::size_t i) -> std::optional<unsigned> {
    if (body.substr(i, 2) != "\\u" || i + 6 > body.size()) return std::nullopt;
    unsigned unit = 0;
    const char* end = body.data() + i + 6;
    const auto [stopped, error] = std::from_chars(body.data() + i + 2, end, unit, 16);
    if (error != std::errc{} || stopped != end) return std::nullopt;
    return unit;
  };
  const auto is_high = [](unsigned unit) { return unit >= 0xd800 && unit < 0xdc00; };
  const auto is_low = [](unsigned unit) { return unit >= 0xdc00 && unit < 0xe000; };
  std::string out;
  for (std::size_t i = 0; i < body.size();) {
    std::size_t size = 1;
    std::string_view instead;
    if (const auto unit = unit_at(i)) {
      const auto next = unit_at(i + 6);
      const bool pair = is_high(*unit) && next && is_low(*next);
      size = pair ? 12 : 6;
      if (!pair && (is_high(*unit) || is_low(*unit))) instead = "\\ufffd";
    } else if (body[i] == '\\' && i + 1 < body.size()) {
      size = 2;
    }
    out += instead.empty() ? body.substr(i, size) : instead;
    i += size;
  }
  return text::repaired(std::move(out));
}

template <json::Described T>
std::expected<T, Response> parse_body(std::string_view text) {
  T body;
  json::Reader in(without_mark(text));
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

/// Reads a body; the error is the response to give.
template <json::Described T>
std::expected<T, Response> read_body(const Request& request) {
  // A type that HTML forms can't send: no foreign page gets here without asking first.
  if (!is_json(request.content_type)) {
    return std::unexpected(failure(415, Error::malformed_message, "content-type"));
  }
  auto body = parse_body<T>(request.body);
  if (body) return body;
  const std::string repaired = without_broken_text(request.body);
  return repaired == request.body ? std::move(body) : parse_body<T>(repaired);
}

auth::Visitor visitor(const Request& request) {
  return {request.address, device_text_of(request.user_agent)};
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
  if (record.connected_at_ms) {
    // Records of old versions may have been written by a clock that was set back.
    body.lasted_ms = std::max<std::int64_t>(0, body.ended_at_ms - *record.connected_at_ms);
  }
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
    case store::RatingOutcome::saved:
      return no_content();
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
    case Method::remove:
      return "DELETE";
    case Method::head:
    case Method::options:
    case Method::other:
      break;
  }
  return {};
}

bool is_loopback_address(std::string_view address) {
  return address == "::1" || address.starts_with("127.") || address.starts_with("::ffff:127.");
}

bool is_below(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

constexpr std::string_view kSignUpPath = "/api/sign-up";
constexpr std::string_view kSignInPath = "/api/sign-in";
constexpr std::string_view kRatingPath = "/api/calls/*/rating";
constexpr std::string_view kSessionPath = "/api/sessions/*";
constexpr std::string_view kContactPath = "/api/contacts/*";
constexpr std::string_view kBlockedPath = "/api/blocked/*";

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

Api::Api(auth::Accounts& accounts, store::PeopleStore& people, store::CallStore& calls,
         const loop::Clock& clock, const OriginPolicy& origins, const StaticFiles& files,
         Hooks hooks)
    : accounts_(accounts),
      people_(people),
      calls_(calls),
      clock_(clock),
      origins_(origins),
      files_(files),
      hooks_(std::move(hooks)),
      queries_by_user_(kQueriesPerMinute, kMaxQueryKeys),
      searches_by_user_(kSearchesPerMinute, kMaxQueryKeys) {}

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
  // Of the server as a whole (RFC 9110, 9.3.7).
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
  const Health now = hooks_.health();
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
  void (Api::*handler)(const Request&, const Respond&);
};

std::expected<const Api::Route*, Response> Api::find_route(const Request& request) {
  static constexpr std::array kRoutes{
      Route{kSignUpPath, Method::post, &Api::sign_up},
      Route{kSignInPath, Method::post, &Api::sign_in},
      Route{"/api/sign-out", Method::post, &Api::sign_out},
      Route{"/api/password", Method::post, &Api::change_password},
      Route{"/api/sessions", Method::get, &Api::sessions},
      Route{"/api/sessions/end-others", Method::post, &Api::end_other_sessions},
      Route{kSessionPath, Method::remove, &Api::end_session},
      Route{"/api/me", Method::get, &Api::me},
      Route{"/api/settings", Method::get, &Api::settings},
      Route{"/api/settings", Method::put, &Api::change_settings},
      Route{"/api/people", Method::get, &Api::people},
      Route{"/api/calls", Method::get, &Api::calls},
      Route{kRatingPath, Method::put, &Api::rate_call},
      Route{"/api/server", Method::get, &Api::server},
      Route{"/api/contacts", Method::get, &Api::contacts},
      Route{kContactPath, Method::put, &Api::add_contact},
      Route{kContactPath, Method::remove, &Api::remove_contact},
      Route{"/api/blocked", Method::get, &Api::blocked},
      Route{kBlockedPath, Method::put, &Api::block},
      Route{kBlockedPath, Method::remove, &Api::unblock},
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
  (this->*(*route)->handler)(request, respond);
}

void Api::check_head(const Request& request, std::function<void(std::optional<Response>)> then) {
  // Nothing outside of the account service takes a body.
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

void Api::with_token(const Request& request, const Respond& respond,
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

void Api::with_account(const Request& request, const Respond& respond,
                       std::function<void(const store::Account&)> then) {
  with_token(request, respond,
             [then = std::move(then)](const auth::TokenHolder& holder) { then(holder.account); });
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
                    visitor(request), signed_in_to(respond));
}

void Api::sign_in(const Request& request, const Respond& respond) {
  auto body = read_body<SignInBody>(request);
  if (!body) return respond(std::move(body.error()));
  accounts_.sign_in({std::move(body->user), std::move(body->password)}, visitor(request),
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
    respond(no_content());
  });
}

void Api::change_password(const Request& request, const Respond& respond) {
  auto body = read_body<ChangePasswordBody>(request);
  if (!body) return respond(std::move(body.error()));
  with_token(
      request, respond,
      [this, body = *body, address = request.address, respond](const auth::TokenHolder& holder) {
        accounts_.change_password(
            holder, {body.current, body.wanted}, address,
            [respond](auto changed) { respond(changed ? no_content() : denial(changed.error())); });
      });
}

void Api::sessions(const Request& request, const Respond& respond) {
  with_token(request, respond, [this, respond](const auth::TokenHolder& holder) {
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

void Api::end_session(const Request& request, const Respond& respond) {
  const std::string id(part_of(request.path, kSessionPath).value_or(""));
  with_token(request, respond, [this, id, respond](const auth::TokenHolder& holder) {
    accounts_.end_token(holder, id, [respond](auto ended) {
      respond(ended ? no_content() : denial(ended.error()));
    });
  });
}

void Api::end_other_sessions(const Request& request, const Respond& respond) {
  with_token(request, respond, [this, respond](const auth::TokenHolder& holder) {
    accounts_.end_other_tokens(holder, [respond](auto ended) {
      if (!ended) return respond(denial(ended.error()));
      respond(json_response(EndedBody{static_cast<std::int64_t>(*ended)}));
    });
  });
}

void Api::me(const Request& request, const Respond& respond) {
  with_account(request, respond, [respond](const store::Account& account) {
    respond(json_response(wire::Party{account.user, {account.name}}));
  });
}

void Api::settings(const Request& request, const Respond& respond) {
  with_account(request, respond, [respond](const store::Account& account) {
    respond(json_response(SettingsBody{account.call_waiting, account.who_may_call}));
  });
}

void Api::change_settings(const Request& request, const Respond& respond) {
  auto body = read_body<SettingsBody>(request);
  if (!body) return respond(std::move(body.error()));
  with_account(request, respond, [this, wanted = *body, respond](const store::Account& account) {
    const auto answer = [respond](auto changed) {
      if (!changed) return respond(denial(changed.error()));
      respond(json_response(SettingsBody{changed->call_waiting, changed->who_may_call}));
    };
    accounts_.set_call_waiting(account.user, wanted.call_waiting,
                               [this, wanted, user = account.user, answer](auto changed) {
                                 if (!changed || !wanted.who_may_call)
                                   return answer(std::move(changed));
                                 accounts_.set_who_may_call(user, *wanted.who_may_call, answer);
                               });
  });
}

void Api::people(const Request& request, const Respond& respond) {
  const auto limit = page_size(request);
  if (!limit) return respond(failure(Error::invalid_field, "limit"));
  const std::string search = query_parameter(request.query, "search").value_or("");
  with_account(request, respond, [=, this](const store::Account& account) {
    const Instant now = clock_.now();
    if (!searches_by_user_.take(account.user.text, now)) {
      const Duration wait = searches_by_user_.wait(account.user.text, now);
      return respond(failure(Error::rate_limited, FailureDetails{.retry_after = wait}));
    }
    people_.find(account.user, search, *limit, [respond](auto found) {
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
    calls_.history_of(account.user, page, [respond, page, me = account.user](auto found) {
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
    calls_.rate({id->high, id->low}, account.user, rating, [respond](auto outcome) {
      respond(outcome ? rated(*outcome) : failure(Error::internal));
    });
  });
}

// ---- contacts and blocked people ----

void Api::contacts(const Request& request, const Respond& respond) {
  list_people(request, respond, &store::PeopleStore::contacts_of);
}

void Api::blocked(const Request& request, const Respond& respond) {
  list_people(request, respond, &store::PeopleStore::blocked_by);
}

void Api::add_contact(const Request& request, const Respond& respond) {
  change_relation(request, respond, kContactPath, &store::PeopleStore::add_contact);
}

void Api::remove_contact(const Request& request, const Respond& respond) {
  change_relation(request, respond, kContactPath, &store::PeopleStore::remove_contact);
}

void Api::block(const Request& request, const Respond& respond) {
  change_relation(request, respond, kBlockedPath, &store::PeopleStore::block);
}

void Api::unblock(const Request& request, const Respond& respond) {
  change_relation(request, respond, kBlockedPath, &store::PeopleStore::unblock);
}

void Api::list_people(const Request& request, const Respond& respond, ListQuery query) {
  with_account(request, respond, [this, respond, query](const store::Account& account) {
    (people_.*query)(account.user, [respond](auto found) {
      if (!found) return respond(failure(Error::internal));
      ListedPeopleBody body;
      for (store::ListedPerson& person : *found) {
        body.people.items.push_back(
            {std::move(person.user), {std::move(person.name)}, person.since_ms});
      }
      respond(json_response(body));
    });
  });
}

void Api::change_relation(const Request& request, const Respond& respond, std::string_view route,
                          RelationChange change) {
  auto part = part_of(request.path, route).value_or("");
  // Clients put ~ before a name that URLs would take for a folder: no name has it.
  if (part.starts_with('~')) part.remove_prefix(1);
  const auto other = parse_user_id(path_part(part).value_or(""));
  with_account(request, respond, [=, this](const store::Account& account) {
    if (!other) return respond(failure(Error::unknown_user, "user"));
    if (*other == account.user) return respond(failure(Error::calling_oneself, "user"));
    (people_.*change)(account.user, *other, [this, respond, user = account.user](auto relation) {
      if (!relation) return respond(failure(Error::internal));
      if (!*relation) return respond(failure(relation->error(), "user"));
      hooks_.relation_changed(user, **relation);
      respond(no_content());
    });
  });
}

void Api::server(const Request&, const Respond& respond) {
  respond(json_response(ServerBody{accounts_.sign_up_policy(), std::string(kVersion)}));
}

Response Api::health(const Request& request) const {
  const Health now = hooks_.health();
  const HealthStatus status = now.degraded ? HealthStatus::degraded : HealthStatus::ok;
  // How many people talk is nobody's business but that of who runs the server, and is at it. A
  // proxy on the same machine speaks for somebody else; one that adds no line that tells passes on
  // the name that people open.
  const auto asked = parse_host(request.host);
  const bool from_here = is_loopback_address(request.address) && !request.forwarded && asked &&
                         is_loopback_host(asked->host);
  Response response = from_here
                          ? json_response(HealthBody{status, now.connections, now.sessions,
                                                     now.sessions_online, now.users_online,
                                                     now.calls, now.records_waiting, now.uptime_s})
                          : json_response(StatusBody{status});
  // Monitors look at the status before they read the body.
  if (now.degraded) {
    response.status = 503;
    response.add("Retry-After", kRetryAfter);
  }
  return response;
}

}  // namespace parley::server::http
