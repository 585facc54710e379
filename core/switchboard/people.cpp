// What people think of each other: who may call whom, whose phone does not ring, who is shown as
// online, and how often somebody may call who is not answered.
#include "core/base/mutants.hpp"
#include "core/switchboard/legs.hpp"
#include "core/switchboard/state.hpp"
#include "core/switchboard/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::switchboard {

using wire::EndReason;

// ---- what is known ----

void Switchboard::State::on(const UserKnown& event) {
  User& user = users_[event.user];
  const bool chose_anew = user.call_waiting != event.call_waiting ||
                          user.known_callers_only != event.known_callers_only;
  // The same account once more has been enabled again, or was renamed.
  if (user.name != event.name || !chose_anew) people_changed();
  user.name = event.name;
  user.call_waiting = event.call_waiting;
  if (std::exchange(user.known_callers_only, event.known_callers_only) ==
      event.known_callers_only) {
    return;
  }
  for (const SessionId id : std::vector(user.watchers.begin(), user.watchers.end())) {
    const Session* watcher = find_session(id);
    if (watcher == nullptr || !user.shown_online || regard(user, watcher->user).known) continue;
    show_presence_again(event.user, watcher->user);
  }
}

void Switchboard::State::on(const RelationsLoaded& event) {
  User& user = users_[event.user];
  user.relations_loaded = true;
  for (const Relation& relation : event.relations) {
    if (user.regards.size() == kMaxRegards) break;
    user.regards[relation.other] = {relation.blocked, relation.known};
  }
  screen_blocked(event.user);
}

void Switchboard::State::on(const RelationChanged& event) {
  User& user = users_[event.user];
  const UserId& other = event.relation.other;
  const bool was_shown = shows_presence(user, other);
  if (!event.relation.blocked && !event.relation.known) {
    user.regards.erase(other);
  } else {
    user.regards[other] = {event.relation.blocked, event.relation.known};
  }
  screen_blocked(event.user);
  if (user.shown_online && was_shown != shows_presence(user, other)) {
    show_presence_again(event.user, other);
  }
  for (const SessionId id : user.sessions) {
    Session* session = find_session(id);
    if (session != nullptr && session->follows_people) tell_news(*session, wire::PeopleChanged{});
  }
}

Regard Switchboard::State::regard(const User& user, const UserId& other) {
  const auto found = user.regards.find(other);
  return found == user.regards.end() ? Regard{} : found->second;
}

void Switchboard::State::become_known(const UserId& user, const UserId& other) {
  User& owner = users_[user];
  if (owner.regards.size() == kMaxRegards && !owner.regards.contains(other)) return;
  const bool was_shown = shows_presence(owner, other);
  owner.regards[other].known = true;
  if (owner.shown_online && !was_shown) show_presence_again(user, other);
}

// ---- presence ----

/// Somebody who lets only known people call does not tell strangers when they are there. A block
/// changes nothing here: the blocked one would notice.
bool Switchboard::State::shows_presence(const User& user, const UserId& viewer) {
  return !user.known_callers_only || regard(user, viewer).known;
}

void Switchboard::State::show_presence_again(const UserId& id, const UserId& viewer) {
  const User& user = users_[id];
  const wire::Presence change{{{{id, user.shown_online && shows_presence(user, viewer)}}}};
  for (const SessionId session_id : users_[viewer].sessions) {
    Session* session = find_session(session_id);
    if (session != nullptr && user.watchers.contains(session_id)) tell_news(*session, change);
  }
}

/// The list of people may be another one; those who show it hear so in a while.
void Switchboard::State::people_changed() {
  if (sessions_.empty() || deadlines_.armed(PeopleNews{})) return;
  const auto sessions = static_cast<Duration::rep>(sessions_.size());
  deadlines_.arm(PeopleNews{}, now_ + std::max(kPeopleNewsEvery, sessions * kPeopleNewsPerSession));
}

void Switchboard::State::tell_of_people() {
  const auto sessions = static_cast<Duration::rep>(sessions_.size());
  const Duration spread = sessions * kPeopleNewsPerSession;
  const wire::PeopleChanged message{static_cast<std::uint32_t>(spread.count())};
  for (auto& [id, session] : sessions_) {
    if (session.follows_people) tell_news(session, message);
  }
}

// ---- calls in vain ----

/// How long this caller has to wait before this callee's phone may ring again; zero for not at all.
Duration Switchboard::State::called_too_often(const UserId& caller, const UserId& callee) {
  if (crossing_invite(caller, callee) != nullptr) return Duration{0};  // they want to talk
  if (mutant(Mutant::calls_in_vain_without_wait)) return Duration{0};
  const auto& attempts = users_[caller].attempts;
  const auto found = attempts.find(callee);
  return found == attempts.end() ? Duration{0} : std::max(Duration{0}, found->second.next - now_);
}

/// A call that rang is over without an answer. It counts whoever ended it: a phone that rings for a
/// second and stops is no less of a nuisance. One that was cancelled before
/// anybody can have seen it counts little: how often somebody may call at all bounds it.
void Switchboard::State::note_unanswered(const CallRecord& record) {
  if (record.reason == EndReason::unreachable || record.reason == EndReason::failed) return;
  auto& all = users_[record.caller.user].attempts;
  std::erase_if(all, [&](const auto& one) { return one.second.next + kAttemptsMemory < now_; });
  if (all.size() == kMaxAttempts && !all.contains(record.callee.user)) {
    all.erase(std::ranges::min_element(all, {}, [](const auto& one) { return one.second.next; }));
  }
  const bool known = regard(users_[record.callee.user], record.caller.user).known;
  const unsigned free = kAttemptWeight * (known ? kFreeAttemptsOfKnown : kFreeAttempts);
  const Duration longest = known ? kLongestWaitOfKnown : kLongestWait;
  Attempts& attempts = all[record.callee.user];
  const bool was_seen = record.reason != EndReason::cancelled ||
                        now_ - instant_of(record.invited_at_ms) >= kSeenAfter;
  attempts.weight += was_seen ? kAttemptWeight : 1;
  Duration wait{0};
  for (unsigned i = free; i <= attempts.weight && wait < longest; i += kAttemptWeight) {
    wait = std::min(longest, std::max(kFirstWait, wait * 2));
  }
  attempts.next = now_ + wait;
}

void Switchboard::State::forget_attempts(const UserId& caller, const UserId& callee) {
  users_[caller].attempts.erase(callee);
}

// ---- places ----

/// A call of somebody unknown that rings here, and could make room.
Call* Switchboard::State::ringing_stranger(const UserId& callee) const {
  const User& user = users_.at(callee);
  for (const CallId id : user.calls) {
    const Call& call = calls_.at(id);
    if (std::holds_alternative<Ringing>(call.state) && call.record.callee.user == callee &&
        !regard(user, call.record.caller.user).known) {
      return const_cast<Call*>(&call);
    }
  }
  return nullptr;
}

/// Whether another call of this caller can ring. Strangers that ring take no place from somebody
/// known, and also not from somebody known who is blocked: they would notice.
bool Switchboard::State::has_place_for(const UserId& callee, const UserId& caller) {
  if (mutant(Mutant::third_caller_rings) || has_free_place(callee)) return true;
  return calls_that_stay(callee) <= kMaxCallsPerUser && regard(users_.at(callee), caller).known &&
         ringing_stranger(callee) != nullptr;
}

bool Switchboard::State::has_free_place(const UserId& callee) {
  const bool waits = users_.at(callee).call_waiting;
  return calls_that_stay(callee) < kMaxCallsPerUser && (waits || !is_occupied(callee));
}

/// Calls that were left behind stand in nobody's way.
std::ptrdiff_t Switchboard::State::calls_that_stay(const UserId& user) {
  return std::ranges::count_if(users_.at(user).calls,
                               [&](CallId id) { return !gives_way(calls_.at(id), user); });
}

/// Whether a further call waits. Who has left a call behind is not busy with it.
bool Switchboard::State::is_occupied(const UserId& callee) { return calls_that_stay(callee) > 0; }

void Switchboard::State::make_place_for(const UserId& callee, const UserId& caller) {
  if (has_free_place(callee) || !has_place_for(callee, caller)) return;
  if (Call* stranger = ringing_stranger(callee)) end(*stranger, EndReason::busy, {}, {}, {});
}

// ---- calls that ring nowhere ----

/// Calls that began to ring before their caller was blocked, or before that was known here.
void Switchboard::State::screen_blocked(const UserId& id) {
  User& user = users_[id];
  for (const CallId call_id : std::vector(user.calls)) {
    Call& call = calls_.at(call_id);
    const auto* ringing = std::get_if<Ringing>(&call.state);
    if (ringing == nullptr || call.record.callee.user != id) continue;
    const Regard regarded = regard(user, call.record.caller.user);
    if (regarded.blocked) {
      screen(call);
    } else if (user.known_callers_only && !regarded.known && ringing->told.empty() &&
               !call.record.ringing_at_ms) {
      end(call, EndReason::unreachable, {}, {}, {});
    }
  }
}

/// The callee's devices stop ringing; nothing changes for the caller.
void Switchboard::State::screen(Call& call) {
  CallRecord& record = call.record;
  User& callee = users_[record.callee.user];
  record.screened = true;
  std::erase(callee.calls, record.call);
  callee.screened.push_back(record.call);
  store(call);
  const wire::Ended over{
      .call = record.call, .reason = EndReason::declined_elsewhere, .ended_at_ms = wall_ms(now_)};
  for (const SessionId id : callee.sessions) {
    Session* session = find_session(id);
    if (session != nullptr && !is_untold(call.state, session->device))
      tell(*session, over, call.stored);
  }
  stop_waiting(record.callee.user);
  if (mutant(Mutant::block_declines)) {
    end(call, EndReason::declined, {}, record.callee.user, {});
    return;
  }
  pretend_to_ring(call);
}

void Switchboard::State::unscreen(Call& call) {
  if (!std::exchange(call.record.screened, false)) return;
  User& callee = users_[call.record.callee.user];
  std::erase(callee.screened, call.record.call);
  callee.calls.push_back(call.record.call);
}

/// Sets the time at which the next device of a screened call would say that it rings.
void Switchboard::State::pretend_to_ring(const Call& call) {
  const auto* ringing = std::get_if<Ringing>(&call.state);
  if (!call.record.screened || ringing == nullptr) return;
  if (mutant(Mutant::blocked_call_does_not_ring)) return;
  const auto silent = std::ranges::find_if(ringing->told, [&](const DeviceId& device) {
    return std::ranges::find(ringing->ringing, device) == ringing->ringing.end();
  });
  if (silent == ringing->told.end()) return;
  const Session* session = find_session(call.record.callee.user, *silent);
  const Instant at = now_ + (session == nullptr ? kUsualRingDelay : session->rings_after);
  if (mutant(Mutant::pretence_moves_the_deadline)) deadlines_.arm(call.record.call, at);
  const PretendedRing ring{call.record.call};
  if (!deadlines_.armed(ring)) deadlines_.arm(ring, at);
}

/// What the caller of a screened call hears when a device rings.
void Switchboard::State::pretended_device_rings(CallId id) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;
  Call& call = found->second;
  auto* ringing = std::get_if<Ringing>(&call.state);
  if (!call.record.screened || ringing == nullptr) return;
  const auto silent = std::ranges::find_if(ringing->told, [&](const DeviceId& device) {
    return std::ranges::find(ringing->ringing, device) == ringing->ringing.end();
  });
  if (silent == ringing->told.end()) return;
  ringing->ringing.push_back(*silent);
  if (!call.record.ringing_at_ms) {
    call.record.ringing_at_ms = wall_ms(now_);
    store(call);
  }
  tell_progress(call);
  pretend_to_ring(call);
}

}  // namespace parley::switchboard
