#include "server/http/people_api.hpp"

#include "server/http/bodies.hpp"
#include "server/http/failures.hpp"
#include "server/http/json_body.hpp"
#include "server/http/limits.hpp"
#include "server/http/paths.hpp"

#include <string>
#include <utility>

namespace parley::server::http {

PeopleApi::PeopleApi(auth::Accounts& accounts, store::PeopleStore& people,
                     Authenticator& authenticator, const loop::Clock& clock, Hooks hooks)
    : accounts_(accounts),
      people_(people),
      authenticator_(authenticator),
      clock_(clock),
      hooks_(std::move(hooks)),
      searches_by_user_(kSearchesPerMinute, kMaxQueryKeys) {}

void PeopleApi::me(const Request& request, const Respond& respond) {
  authenticator_.with_account(request, respond, [respond](const store::Account& account) {
    respond(json_response(wire::Party{account.user, {account.name}}));
  });
}

void PeopleApi::settings(const Request& request, const Respond& respond) {
  authenticator_.with_account(request, respond, [respond](const store::Account& account) {
    respond(json_response(SettingsBody{account.call_waiting, account.who_may_call}));
  });
}

void PeopleApi::change_settings(const Request& request, const Respond& respond) {
  auto body = read_body<SettingsBody>(request);
  if (!body) return respond(std::move(body.error()));
  authenticator_.with_account(
      request, respond, [this, wanted = *body, respond](const store::Account& account) {
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

void PeopleApi::find(const Request& request, const Respond& respond) {
  const auto limit = page_size(request);
  if (!limit) return respond(failure(Error::invalid_field, "limit"));
  const std::string search = query_parameter(request.query, "search").value_or("");
  authenticator_.with_account(request, respond, [=, this](const store::Account& account) {
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

// ---- contacts and blocked people ----

void PeopleApi::contacts(const Request& request, const Respond& respond) {
  list_people(request, respond, &store::PeopleStore::contacts_of);
}

void PeopleApi::blocked(const Request& request, const Respond& respond) {
  list_people(request, respond, &store::PeopleStore::blocked_by);
}

void PeopleApi::add_contact(const Request& request, const Respond& respond) {
  change_relation(request, respond, kContactPath, &store::PeopleStore::add_contact);
}

void PeopleApi::remove_contact(const Request& request, const Respond& respond) {
  change_relation(request, respond, kContactPath, &store::PeopleStore::remove_contact);
}

void PeopleApi::block(const Request& request, const Respond& respond) {
  change_relation(request, respond, kBlockedPath, &store::PeopleStore::block);
}

void PeopleApi::unblock(const Request& request, const Respond& respond) {
  change_relation(request, respond, kBlockedPath, &store::PeopleStore::unblock);
}

void PeopleApi::list_people(const Request& request, const Respond& respond, ListQuery query) {
  authenticator_.with_account(
      request, respond, [this, respond, query](const store::Account& account) {
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

void PeopleApi::change_relation(const Request& request, const Respond& respond,
                                std::string_view route, RelationChange change) {
  auto part = part_of(request.path, route).value_or("");
  // Clients put ~ before a name that URLs would take for a folder (`.`, `..`); no user name
  // contains ~.
  if (part.starts_with('~')) part.remove_prefix(1);
  const auto other = parse_user_id(path_part(part).value_or(""));
  authenticator_.with_account(request, respond, [=, this](const store::Account& account) {
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

}  // namespace parley::server::http
