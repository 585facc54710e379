// Requests to accept, decline and hang up a call.
#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"
#include "core/switchboard/legs.hpp"
#include "core/switchboard/state.hpp"
#include "core/switchboard/timers.hpp"

#include <algorithm>
#include <limits>

namespace parley::switchboard {

using wire::CallPhase;
using wire::EndReason;

// ---- answering ----

void Switchboard::State::request(Session& session, const wire::Accept& message) {
  Call* call = call_of(session, message.call);
  if (call == nullptr) return;
  const CallRecord& record = call->record;
  if (record.callee.user != session.user) {
    refuse(session, Error::unknown_call, message.call);  // one can't answer one's own call
    return;
  }
  if (std::holds_alternative<Ringing>(call->state) || mutant(Mutant::second_accept_wins)) {
    if (!make_way(session.user, record.call)) {
      refuse(session, Error::too_many_calls, message.call);
      return;
    }
    log(LogLevel::info, "accepted", session.connection, record.call, session.user);
    connect(*call, session.device);
  } else if (has_device(record.callee, session.device)) {
    tell_linked_again(session, *call);
  } else {
    tell_answered_elsewhere(session, *call);
  }
}

/// Repeats with whom this device is to connect. If that was told by a server that has stopped
/// since, the two are paired once more: the last link may be one of a device that gave up.
void Switchboard::State::tell_linked_again(Session& session, Call& call) {
  const CallRecord& record = call.record;
  Attendance& own = attendance(call, session.user, session.device);
  if (own.told) {
    own.told_in = session.id;
    wire::Accepted again = *own.told;
    again.expires_in_ms = time_left(call);
    again.connected_at_ms = record.connected_at_ms;
    tell(session, again, call.stored);
  } else if (record.link > 1) {
    renew_links(call);
  } else {
    const Leg& other = other_leg(record, session.user);
    tell_accepted(call, session.user,
                  wire::Accepted{record.call, party(other.user), *other.device, record.link,
                                 record.caller.user == session.user, std::nullopt, time_left(call),
                                 record.connected_at_ms},
                  session.device);
  }
}

/// Tells one device with whom it is to connect, and remembers that.
void Switchboard::State::tell_accepted(Call& call, const UserId& user,
                                       const wire::Accepted& message, const DeviceId& device) {
  Session* session = find_session(user, device);
  Attendance& own = attendance(call, user, device);
  if (own.told && own.told->peer_device != message.peer_device &&
      own.told->peer_device == other_leg(call.record, user).device) {
    own.told_before = own.told;
  }
  own.told = message;
  own.newest_link = message.link;
  own.told_in = session == nullptr ? SessionId{} : session->id;
  if (session != nullptr) tell_noted(*session, message, message.call, 0, call.stored);
}

void Switchboard::State::tell_answered_elsewhere(Session& session, const Call& call) {
  tell(session,
       wire::Ended{.call = call.record.call,
                   .reason = EndReason::answered_elsewhere,
                   .ended_at_ms = wall_ms(now_)},
       call.stored);
  tell(session, wire::Elsewhere{snapshot(call, session)}, call.stored);
}

/// Both users have said that they want to talk: from ringing to connecting.
void Switchboard::State::connect(Call& call, const DeviceId& callee_device,
                                 std::optional<CallId> replaced) {
  CallRecord& record = call.record;
  const CallState before = std::exchange(call.state, Connecting{});
  record.callee.device = callee_device;
  forget_attempts(record.caller.user, record.callee.user);
  record.link = 1;
  record.accepted_at_ms = wall_ms(now_);
  set_deadline(call, settings_.connect_limit);
  if (mutant(Mutant::connect_limit_not_armed)) deadlines_.disarm(record.call);
  store(call);
  if (replaced) stop_ringing(call, *replaced);
  if (record.merged) {
    // The callee of the call that stands is the one whose own invite went into it.
    tell_device(record.callee.user, callee_device, wire::Merged{record.merged->call, record.call},
                call.stored);
  }
  tell_linked(call, *record.caller.device, callee_device, true);
  if (mutant(Mutant::answered_elsewhere_not_told)) return;
  const wire::Ended answered{
      .call = record.call, .reason = EndReason::answered_elsewhere, .ended_at_ms = wall_ms(now_)};
  for (const SessionId id : users_[record.callee.user].sessions) {
    Session* other = find_session(id);
    if (other == nullptr || other->device == callee_device || is_untold(before, other->device)) {
      continue;
    }
    tell(*other, answered, call.stored);
  }
  tell_elsewhere(call, record.callee.user);
  tell_elsewhere(call, record.caller.user);
}

/// Tells two devices to connect to each other.
void Switchboard::State::tell_linked(Call& call, const DeviceId& caller_device,
                                     const DeviceId& callee_device, bool caller_offers) {
  const CallRecord& record = call.record;
  const auto taken_over = [](const Leg& leg, const DeviceId& device) {
    return leg.device == device ? std::nullopt : leg.status;
  };
  const auto expires = time_left(call);
  tell_accepted(call, record.caller.user,
                wire::Accepted{record.call, party(record.callee.user), callee_device, record.link,
                               caller_offers, taken_over(record.caller, caller_device), expires,
                               record.connected_at_ms},
                caller_device);
  tell_accepted(call, record.callee.user,
                wire::Accepted{record.call, party(record.caller.user), caller_device, record.link,
                               !caller_offers, taken_over(record.callee, callee_device), expires,
                               record.connected_at_ms},
                callee_device);
}

/// Lets a user's other devices offer to take the call over.
void Switchboard::State::tell_elsewhere(const Call& call, const UserId& user) {
  const Leg& leg = own_leg(call.record, user);
  for (const SessionId id : users_[user].sessions) {
    Session* session = find_session(id);
    if (session != nullptr && session->can_call && !has_device(leg, session->device)) {
      tell(*session, wire::Elsewhere{snapshot(call, *session)}, call.stored);
    }
  }
}

bool Switchboard::State::has_call_in_front(const UserId& user, CallId besides) {
  const auto found = users_.find(user);
  if (found == users_.end()) return false;
  return std::ranges::any_of(found->second.calls, [&](CallId id) {
    const Call& call = calls_.at(id);
    return id != besides && is_on(call, user) && !is_held(own_leg(call.record, user)) &&
           !is_deserted(call, user);
  });
}

/// A call in front that nobody attends at this side any more gives way: it ends. So does one that
/// is held, if it takes the place of the call that is to come. A refused request changes nothing,
/// so that this is asked last.
bool Switchboard::State::make_way(const UserId& user, CallId besides) {
  if (has_call_in_front(user, besides)) return false;
  const auto leave = [&](Call& call) {
    const bool rings = std::holds_alternative<Ringing>(call.state);
    end(call, rings ? EndReason::cancelled : EndReason::completed, {}, user, {});
  };
  for (const CallId id : std::vector(users_[user].calls)) {
    Call& call = calls_.at(id);
    if (id == besides || !is_on(call, user) || is_held(own_leg(call.record, user))) continue;
    leave(call);
  }
  const std::vector<CallId> held = users_[user].calls;
  std::ptrdiff_t others = std::ranges::count_if(
      held, [&](CallId id) { return id != besides && is_on(calls_.at(id), user); });
  for (const CallId id : held) {
    Call& call = calls_.at(id);
    if (others < kMaxCallsPerUser) break;
    if (id == besides || !gives_way(call, user)) continue;
    leave(call);
    --others;
  }
  return true;
}

bool Switchboard::State::gives_way(const Call& call, const UserId& user) {
  return is_on(call, user) && is_deserted(call, user);
}

bool Switchboard::State::is_on(const Call& call, const UserId& user) {
  return !std::holds_alternative<Ringing>(call.state) || call.record.caller.user == user;
}

// ---- who attends ----

/// Whether this device may still be in the call: it has a session, or had one a moment ago. After a
/// restart of the server nobody has; all are on their way back.
bool Switchboard::State::is_there(const Call& call, const UserId& user, const DeviceId& device) {
  if (find_session(user, device) != nullptr) return true;
  const bool caller = call.record.caller.user == user;
  const Instant since = caller ? call.caller_unheard_since : call.callee_unheard_since;
  return now_ - since < kReturnGrace;
}

/// No device of this side is in the call any more.
bool Switchboard::State::is_deserted(const Call& call, const UserId& user) {
  const Leg& leg = own_leg(call.record, user);
  const auto there = [&](const std::optional<DeviceId>& device) {
    return device && is_there(call, user, *device);
  };
  return leg.device && std::ranges::none_of(devices_of(leg), there) &&
         !mutant(Mutant::left_behind_in_the_way);
}

/// Whether a device of this side has been heard of lately.
bool Switchboard::State::is_heard_of(const Call& call, const UserId& user) {
  const Leg& leg = own_leg(call.record, user);
  const bool caller = call.record.caller.user == user;
  Instant heard = caller ? call.caller_unheard_since : call.callee_unheard_since;
  for (const auto& device : devices_of(leg)) {
    const Session* session = device ? find_session(user, *device) : nullptr;
    if (session == nullptr) continue;
    heard = std::max(heard, session->connection ? now_ : session->last_heard);
  }
  return now_ - heard < kUnheardLimit;
}

Instant& Switchboard::State::unheard_since(Call& call, const UserId& user) {
  return call.record.caller.user == user ? call.caller_unheard_since : call.callee_unheard_since;
}

Attendance& Switchboard::State::attendance(Call& call, const UserId& user, const DeviceId& device) {
  const auto found = std::ranges::find_if(call.attendance, [&](const Attendance& one) {
    return one.user == user && one.device == device;
  });
  if (found != call.attendance.end()) return *found;
  // Of devices that are not in it any more nothing needs to be known.
  std::erase_if(call.attendance, [&](const Attendance& one) {
    return !has_device(own_leg(call.record, one.user), one.device);
  });
  return call.attendance.emplace_back(Attendance{.user = user, .device = device});
}

/// A device that speaks of a call knows that it is in it.
void Switchboard::State::note_speaker(const Session& session, CallId id) {
  if (const auto merged = merged_.find(id); merged != merged_.end()) id = merged->second;
  const auto found = calls_.find(id);
  if (found == calls_.end() || !in_call(found->second.record, session.user)) return;
  Call& call = found->second;
  if (!has_device(own_leg(call.record, session.user), session.device)) return;
  attendance(call, session.user, session.device).spoke_in = session.id;
}

/// This session ends: from now on its device is only remembered.
void Switchboard::State::note_unheard(const Session& session) {
  for (const CallId id : users_[session.user].calls) {
    Call& call = calls_.at(id);
    if (!has_device(own_leg(call.record, session.user), session.device)) continue;
    unheard_since(call, session.user) = session.last_heard;
  }
}

// ---- declining, hanging up ----

void Switchboard::State::request(Session& session, const wire::Decline& message) {
  Call* call = call_of(session, message.call);
  if (call == nullptr || call->record.callee.user != session.user) return;
  if (std::holds_alternative<Ringing>(call->state)) {
    end(*call, EndReason::declined, {}, session.user, session.device);
  } else if (!has_device(call->record.callee, session.device)) {
    // Answered on another device in the meantime: that call is not this device's to end.
    tell_answered_elsewhere(session, *call);
  }
}

void Switchboard::State::request(Session& session, const wire::HangUp& message) {
  Call* call = call_of(session, message.call);
  if (call == nullptr) return;
  Leg& own = own_leg(call->record, session.user);
  const bool caller = call->record.caller.user == session.user;
  if (caller && message.call != call->record.call && !mutant(Mutant::asking_ends_call)) {
    // A device asks what became of the invite that rang there: it is part of the person's own call.
    stop_ringing(session, *call, message.call);
    return;
  }
  const bool ringing = std::holds_alternative<Ringing>(call->state);
  if (ringing && !caller) {
    if (message.failure && !mutant(Mutant::failing_device_declines)) {
      give_up_ringing(session, *call, *message.failure);
    } else {
      request(session, wire::Decline{call->record.call});
    }
    return;
  }
  // The person's device in the call is gone: any other one may end it, but for one that merely
  // could not take it over.
  const bool left_behind = own.device && !is_there(*call, session.user, *own.device) &&
                           (!own.takeover || own.takeover->device == session.device) &&
                           !mutant(Mutant::left_behind_not_ended);
  const bool may_end =
      own.device == session.device || (!ringing && !message.failure && left_behind);
  if (!may_end && takeover_device(own) == session.device) {
    drop_takeovers(session.user, session.device);
    tell_answered_elsewhere(session, *call);
    return;
  }
  if (!may_end) {
    if (!ringing) tell_answered_elsewhere(session, *call);
    return;
  }
  EndReason reason = ringing ? EndReason::cancelled : EndReason::completed;
  if (message.failure) reason = EndReason::failed;
  end(*call, reason, message.failure, session.user, session.device);
}

// ---- shared ----

void Switchboard::State::store(Call& call) {
  call.record.phase = call.record.reason ? CallPhase::ended : phase_of(call.state);
  call.stored = {++last_ticket_.value};
  effects_->emplace_back(Store{call.stored, call.record});
}

void Switchboard::State::set_deadline(Call& call, Duration limit) {
  call.record.deadline_ms = wall_ms(now_ + limit);
  deadlines_.arm(call.record.call, now_ + limit);
}

/// For how long the present phase may last, where clients wait for its end.
std::optional<std::uint32_t> Switchboard::State::time_left(const Call& call) const {
  const CallRecord& record = call.record;
  if (!record.deadline_ms || std::holds_alternative<Active>(call.state)) return std::nullopt;
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(
      *record.deadline_ms - wall_ms(now_), 0, std::numeric_limits<std::uint32_t>::max()));
}

wire::CallSnapshot Switchboard::State::snapshot(const Call& call, const Session& session) const {
  const UserId& user = session.user;
  const CallRecord& record = call.record;
  const Leg& own = own_leg(record, user);
  const Leg& other = other_leg(record, user);
  return {.call = record.call,
          .direction =
              record.caller.user == user ? wire::Direction::outgoing : wire::Direction::incoming,
          .peer = party(other.user),
          .kind = record.kind,
          .phase = phase_of(call.state),
          .expires_at_ms = record.deadline_ms ? told_ms(session, *record.deadline_ms) : 0,
          .link = record.link,
          .device = own.device,
          .status = own.status,
          .peer_device = other.device,
          .peer_status = other.status,
          .connected_at_ms = record.connected_at_ms};
}

Call* Switchboard::State::call_of(Session& session, CallId id) {
  if (const auto merged = merged_.find(id); merged != merged_.end()) id = merged->second;
  if (const auto found = calls_.find(id); found != calls_.end()) {
    const CallRecord& record = found->second.record;
    if (record.screened && record.callee.user == session.user) {
      // Blocked while it rang: what this device said has crossed that.
      tell(session,
           wire::Ended{
               .call = id, .reason = EndReason::declined_elsewhere, .ended_at_ms = wall_ms(now_)},
           found->second.stored);
      return nullptr;
    }
    if (in_call(record, session.user) || mutant(Mutant::outsider_obeyed)) {
      return &found->second;
    }
  } else if (const auto over = ended_.find(id); over != ended_.end()) {
    if (over->second.caller == session.user || over->second.callee == session.user) {
      wire::Ended ended = over->second.ended;
      if (over->second.screened && over->second.callee == session.user) {
        ended.reason = EndReason::declined_elsewhere;
      }
      tell(session, ended, over->second.stored);
      return nullptr;
    }
  }
  // The same answer for a call of others as for one that never was.
  refuse(session, Error::unknown_call, id);
  return nullptr;
}

Call* Switchboard::State::call_on_device(Session& session, CallId id) {
  Call* call = call_of(session, id);
  if (call == nullptr) return nullptr;
  if (has_device(own_leg(call->record, session.user), session.device)) return call;
  refuse(session, Error::unknown_call, id);
  return nullptr;
}

}  // namespace parley::switchboard
