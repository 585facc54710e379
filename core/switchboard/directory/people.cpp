// What users have decided about each other, and who is shown as online to whom.
#include "core/base/mutants.hpp"
#include "core/switchboard/directory/directory.hpp"
#include "core/switchboard/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::switchboard {

// ---- what is known ----

void Directory::on(const UserKnown& event) {
  User& user = users_[event.user];
  AccountFacts& account = user.account;
  const bool chose_anew = account.call_waiting != event.call_waiting ||
                          account.known_callers_only != event.known_callers_only;
  // The same account once more has been enabled again, or was renamed.
  if (user.name != event.name || !chose_anew) people_changed();
  user.name = event.name;
  account.call_waiting = event.call_waiting;
  if (std::exchange(account.known_callers_only, event.known_callers_only) ==
      event.known_callers_only) {
    return;
  }
  for (const SessionId id : std::vector(user.watchers.begin(), user.watchers.end())) {
    const Session* watcher = find_session(id);
    if (watcher == nullptr || !user.shown_online || regard(user, watcher->user).known) continue;
    show_presence_again(event.user, watcher->user);
  }
}

void Directory::on(const RelationsLoaded& event) {
  User& user = users_[event.user];
  user.account.relations_loaded = true;
  for (const Relation& relation : event.relations) {
    if (user.regards.size() == kMaxRegards) break;
    set_regard(user, relation);
  }
  calls_->on(RegardChanged{event.user});
}

void Directory::on(const RelationChanged& event) {
  User& user = users_[event.user];
  const UserId& other = event.relation.other;
  const bool was_shown = shows_presence(user, other);
  set_regard(user, event.relation);
  calls_->on(RegardChanged{event.user});
  if (user.shown_online && was_shown != shows_presence(user, other)) {
    show_presence_again(event.user, other);
  }
  for (const SessionId id : user.sessions) {
    Session* session = find_session(id);
    if (session != nullptr && session->follows_people) tell_news(*session, wire::PeopleChanged{});
  }
}

void Directory::set_regard(User& user, const Relation& relation) {
  const bool met = regard(user, relation.other).met && !mutant(Mutant::decision_forgets_calls);
  if (relation.blocked || relation.known || met) {
    user.regards[relation.other] = {relation.blocked, relation.known || met, met};
  } else {
    user.regards.erase(relation.other);
  }
}

Regard Directory::regard(const User& user, const UserId& other) {
  const auto found = user.regards.find(other);
  return found == user.regards.end() ? Regard{} : found->second;
}

void Directory::on(const BecameKnown& message) {
  const auto& [user, other] = message;
  User& owner = users_[user];
  if (owner.regards.size() == kMaxRegards && !owner.regards.contains(other)) return;
  const bool was_shown = shows_presence(owner, other);
  Regard& known = owner.regards[other];
  known.known = true;
  known.met = true;
  if (owner.shown_online && !was_shown) show_presence_again(user, other);
}

Regard Directory::regard(const UserId& user, const UserId& other) const {
  const auto found = users_.find(user);
  return found == users_.end() ? Regard{} : regard(found->second, other);
}

AccountFacts Directory::account(const UserId& user) const {
  const auto found = users_.find(user);
  return found == users_.end() ? AccountFacts{} : found->second.account;
}

wire::Party Directory::party(const UserId& user) const {
  const auto found = users_.find(user);
  return {user, found == users_.end() ? wire::DisplayName{user.text} : found->second.name};
}

// ---- presence ----

/// Somebody who lets only known people call does not tell strangers when they are there. A block
/// changes nothing here: the blocked one would notice.
bool Directory::shows_presence(const User& user, const UserId& viewer) {
  return !user.account.known_callers_only || regard(user, viewer).known;
}

void Directory::show_presence_again(const UserId& id, const UserId& viewer) {
  const User& user = users_[id];
  const wire::Presence change{{{{id, user.shown_online && shows_presence(user, viewer)}}}};
  for (const SessionId session_id : users_[viewer].sessions) {
    Session* session = find_session(session_id);
    if (session != nullptr && user.watchers.contains(session_id)) tell_news(*session, change);
  }
}

bool Directory::is_reachable(const UserId& user) const {
  const auto found = users_.find(user);
  return found != users_.end() && is_reachable(found->second);
}

bool Directory::is_reachable(const User& user) const {
  return std::ranges::any_of(user.sessions, [this](SessionId id) {
    const Session& session = sessions_.at(id);
    if (!session.can_call) return false;
    return session.connection || context_.now - session.last_heard < kPresenceGrace;
  });
}

void Directory::publish_presence(const UserId& id) {
  calls_->on(ReachChanged{id});
  User& user = users_[id];
  const bool online = is_reachable(user);
  if (online == user.shown_online) return;
  if (!user.shown.take(context_.now, kPresenceBurst, kPresenceEvery)) {
    context_.deadlines.arm(
        PresenceDue{id},
        context_.now + user.shown.wait(context_.now, kPresenceBurst, kPresenceEvery));
    return;
  }
  user.shown_online = online;
  online ? ++users_online_ : --users_online_;
  const wire::Presence change{{{{id, online}}}};
  for (const SessionId watcher : user.watchers) {
    Session* session = find_session(watcher);
    if (session != nullptr && shows_presence(user, session->user)) tell_news(*session, change);
  }
}

void Directory::stop_watching(const Session& session) {
  for (const UserId& watched : session.watched) users_[watched].watchers.erase(session.id);
}

void Directory::due(const PresenceDue& presence) { publish_presence(presence.user); }

// ---- watching ----

void Directory::watch(Session& session, const wire::Watch& message) {
  stop_watching(session);
  session.watched.clear();
  session.follows_people = message.people.value_or(false);
  for (const UserId& id : message.users.items) {
    const auto user = users_.find(id);
    if (user == users_.end()) continue;
    if (std::ranges::find(session.watched, id) != session.watched.end()) continue;
    session.watched.push_back(id);
    user->second.watchers.insert(session.id);
  }
  tell_presence(session);
}

/// Of everybody whom it watches.
void Directory::tell_presence(Session& session) {
  wire::Presence presence;
  for (const UserId& id : session.watched) {
    const User& user = users_[id];
    presence.people.items.push_back({id, user.shown_online && shows_presence(user, session.user)});
  }
  tell_noted(session, presence, {.call = kNews}, {});
}

/// A session that had no room for news has taken what came before: it hears what is true now.
void Directory::tell_missed_news(Session& session) {
  if (!session.news_due) return;
  if (!has_all(session, kNews)) return;
  session.news_due = false;
  if (!session.watched.empty()) tell_presence(session);
  if (session.follows_people) tell_news(session, wire::PeopleChanged{});
}

// ---- news of people ----

/// The list of people may be another one; those who show it hear so in a while.
void Directory::people_changed() {
  if (sessions_.empty() || context_.deadlines.armed(PeopleNews{})) return;
  const auto sessions = static_cast<Duration::rep>(sessions_.size());
  context_.deadlines.arm(
      PeopleNews{}, context_.now + std::max(kPeopleNewsEvery, sessions * kPeopleNewsPerSession));
}

void Directory::due(const PeopleNews&) {
  const auto sessions = static_cast<Duration::rep>(sessions_.size());
  const Duration spread = sessions * kPeopleNewsPerSession;
  const wire::PeopleChanged message{static_cast<std::uint32_t>(spread.count())};
  for (auto& [id, session] : sessions_) {
    if (session.follows_people) tell_news(session, message);
  }
}

}  // namespace parley::switchboard
