// The requests for a user's own settings, the search for people, contacts and blocked people.
#pragma once

#include "core/switchboard/events.hpp"
#include "server/auth/accounts.hpp"
#include "server/auth/attempt_limiter.hpp"
#include "server/http/authenticator.hpp"
#include "server/http/message.hpp"
#include "server/loop/clock.hpp"
#include "server/store/people.hpp"

#include <functional>
#include <string_view>
#include <vector>

namespace parley::server::http {

class PeopleApi {
 public:
  struct Hooks {
    /// A user has added, removed, blocked or unblocked another user.
    std::function<void(const UserId&, const switchboard::Relation&)> relation_changed;
  };

  PeopleApi(auth::Accounts& accounts, store::PeopleStore& people, Authenticator& authenticator,
            const loop::Clock& clock, Hooks hooks);

  void me(const Request& request, const Respond& respond);
  void settings(const Request& request, const Respond& respond);
  void change_settings(const Request& request, const Respond& respond);
  void find(const Request& request, const Respond& respond);
  void contacts(const Request& request, const Respond& respond);
  void add_contact(const Request& request, const Respond& respond);
  void remove_contact(const Request& request, const Respond& respond);
  void blocked(const Request& request, const Respond& respond);
  void block(const Request& request, const Respond& respond);
  void unblock(const Request& request, const Respond& respond);

 private:
  using ListQuery = void (store::PeopleStore::*)(const UserId&,
                                                 store::Done<std::vector<store::ListedPerson>>);
  using RelationChange = void (store::PeopleStore::*)(const UserId& user, const UserId& other,
                                                      store::Done<store::ChangedRelation>);
  void list_people(const Request& request, const Respond& respond, ListQuery query);
  void change_relation(const Request& request, const Respond& respond, std::string_view route,
                       RelationChange change);

  auth::Accounts& accounts_;
  store::PeopleStore& people_;
  Authenticator& authenticator_;
  const loop::Clock& clock_;
  Hooks hooks_;
  auth::AttemptLimiter searches_by_user_;
};

}  // namespace parley::server::http
