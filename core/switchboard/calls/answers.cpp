// Requests to accept, decline and hang up a call.
#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"
#include "core/switchboard/calls/calls.hpp"
#include "core/switchboard/legs.hpp"
#include "core/switchboard/timers.hpp"

#include <algorithm>
#include <limits>

namespace parley::switchboard {

using wire::CallPhase;
using wire::EndReason;

// ---- answering ----

void Calls::request(const SessionFacts& session, const wire::Accept& message) {
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
    context_.log({.what = Happening::call_accepted,
                  .connection = session.connection,
                  .call = record.call,
                  .user = session.user,
                  .from = phase_of(call->state),
                  .to = wire::CallPhase::connecting});
    connect(*call, session.device, {}, warm_link(session, *call, message.link));
  } else if (has_device(record.callee, session.device)) {
    tell_linked_again(session, *call);
  } else {
    tell_answered_elsewhere(session, *call);
  }
}

/// Repeats with whom this device is to connect. If that was told by a server that has stopped
/// since, the two are paired once more: the last link may be one of a device that gave up.
void Calls::tell_linked_again(const SessionFacts& session, Call& call) {
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
                  wire::Accepted{record.call, directory_.party(other.user), *other.device,
                                 record.link, record.caller.user == session.user, std::nullopt,
                                 time_left(call), record.connected_at_ms},
                  session.device);
  }
}

/// Tells one device with whom it is to connect, and remembers that.
void Calls::tell_accepted(Call& call, const UserId& user, const wire::Accepted& message,
                          const DeviceId& device) {
  const SessionFacts* session = directory_.session_of(user, device);
  Attendance& own = attendance(call, user, device);
  if (own.told && own.told->peer_device != message.peer_device &&
      own.told->peer_device == other_leg(call.record, user).device) {
    own.told_before = own.told;
  }
  own.told = message;
  own.newest_link = message.link;
  own.told_in = session == nullptr ? SessionId{} : session->id;
  if (session != nullptr) tell(*session, message, call.stored, Tell::Share{message.call});
}

void Calls::tell_answered_elsewhere(const SessionFacts& session, const Call& call) {
  tell(session,
       wire::Ended{.call = call.record.call,
                   .reason = EndReason::answered_elsewhere,
                   .ended_at_ms = context_.wall_ms(context_.now)},
       call.stored);
  tell(session, wire::Elsewhere{snapshot(call, session)}, call.stored);
}

/// Both users have said that they want to talk: from ringing to connecting.
/// `link`: they have connected on it while it rang.
void Calls::connect(Call& call, const DeviceId& callee_device, std::optional<CallId> replaced,
                    std::optional<std::uint32_t> link) {
  CallRecord& record = call.record;
  const CallState before = std::exchange(call.state, Connecting{});
  record.callee.device = callee_device;
  forget_attempts(record.caller.user, record.callee.user);
  record.link = link ? *link : next_link(call);
  record.accepted_at_ms = context_.wall_ms(context_.now);
  set_deadline(call, context_.settings.connect_limit);
  if (mutant(Mutant::connect_limit_not_armed)) context_.deadlines.disarm(record.call);
  store(call);
  if (replaced) stop_ringing(call, *replaced);
  if (record.merged) {
    // The callee of the call that stands is the one whose own invite went into it.
    tell_device(record.callee.user, callee_device, wire::Merged{record.merged->call, record.call},
                call.stored);
  }
  tell_linked(call, *record.caller.device, callee_device, true);
  if (mutant(Mutant::answered_elsewhere_not_told)) return;
  const wire::Ended answered{.call = record.call,
                             .reason = EndReason::answered_elsewhere,
                             .ended_at_ms = context_.wall_ms(context_.now)};
  for (const SessionFacts* other : directory_.sessions_of(record.callee.user)) {
    if (other->device == callee_device || is_untold(before, other->device)) continue;
    tell(*other, answered, call.stored);
  }
  tell_elsewhere(call, record.callee.user);
  tell_elsewhere(call, record.caller.user);
}

/// Tells two devices to connect to each other.
void Calls::tell_linked(Call& call, const DeviceId& caller_device, const DeviceId& callee_device,
                        bool caller_offers) {
  const CallRecord& record = call.record;
  const auto taken_over = [](const Leg& leg, const DeviceId& device) {
    return leg.device == device ? std::nullopt : leg.status;
  };
  const auto expires = time_left(call);
  tell_accepted(call, record.caller.user,
                wire::Accepted{record.call, directory_.party(record.callee.user), callee_device,
                               record.link, caller_offers, taken_over(record.caller, caller_device),
                               expires, record.connected_at_ms},
                caller_device);
  tell_accepted(
      call, record.callee.user,
      wire::Accepted{record.call, directory_.party(record.caller.user), caller_device, record.link,
                     !caller_offers, taken_over(record.callee, callee_device), expires,
                     record.connected_at_ms},
      callee_device);
}

/// Lets a user's other devices offer to take the call over.
void Calls::tell_elsewhere(const Call& call, const UserId& user) {
  const Leg& leg = own_leg(call.record, user);
  for (const SessionFacts* session : directory_.sessions_of(user)) {
    if (session->can_call && !has_device(leg, session->device)) {
      tell(*session, wire::Elsewhere{snapshot(call, *session)}, call.stored);
    }
  }
}

bool Calls::has_call_in_front(const UserId& user, CallId besides) {
  return std::ranges::any_of(calls_of(user).calls, [&](CallId id) {
    const Call& call = calls_.at(id);
    return id != besides && is_on(call, user) && !is_held(own_leg(call.record, user)) &&
           !is_deserted(call, user);
  });
}

/// A call in front that nobody attends at this side any more gives way: it ends. So does one that
/// is held, if it takes the place of the call that is to come. A refused request changes nothing,
/// so that this is asked last.
bool Calls::make_way(const UserId& user, CallId besides) {
  if (has_call_in_front(user, besides)) return false;
  const auto leave = [&](Call& call) {
    const bool rings = std::holds_alternative<Ringing>(call.state);
    end(call, rings ? EndReason::cancelled : EndReason::completed, {}, user, {});
  };
  for (const CallId id : std::vector(calls_of(user).calls)) {
    Call& call = calls_.at(id);
    if (id == besides || !is_on(call, user) || is_held(own_leg(call.record, user))) continue;
    leave(call);
  }
  const std::vector<CallId> held = calls_of(user).calls;
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

bool Calls::gives_way(const Call& call, const UserId& user) {
  return is_on(call, user) && is_deserted(call, user);
}

bool Calls::is_on(const Call& call, const UserId& user) {
  return !std::holds_alternative<Ringing>(call.state) || call.record.caller.user == user;
}

// ---- who attends ----

/// Whether this device may still be in the call: it has a session, or had one a moment ago. After a
/// restart of the server nobody has; all are on their way back.
bool Calls::is_there(const Call& call, const UserId& user, const DeviceId& device) {
  if (directory_.session_of(user, device) != nullptr) return true;
  const bool caller = call.record.caller.user == user;
  const Instant since = caller ? call.caller_unheard_since : call.callee_unheard_since;
  return context_.now - since < kReturnGrace;
}

/// No device of this side is in the call any more.
bool Calls::is_deserted(const Call& call, const UserId& user) {
  const Leg& leg = own_leg(call.record, user);
  const auto there = [&](const std::optional<DeviceId>& device) {
    return device && is_there(call, user, *device);
  };
  return leg.device && std::ranges::none_of(devices_of(leg), there) &&
         !mutant(Mutant::left_behind_in_the_way);
}

/// Whether a device of this side has been heard of lately.
bool Calls::is_heard_of(const Call& call, const UserId& user) {
  const Leg& leg = own_leg(call.record, user);
  const bool caller = call.record.caller.user == user;
  Instant heard = caller ? call.caller_unheard_since : call.callee_unheard_since;
  for (const auto& device : devices_of(leg)) {
    const SessionFacts* session = device ? directory_.session_of(user, *device) : nullptr;
    if (session == nullptr) continue;
    heard = std::max(heard, session->connection ? context_.now : session->last_heard);
  }
  return context_.now - heard < kUnheardLimit;
}

Instant& Calls::unheard_since(Call& call, const UserId& user) {
  return call.record.caller.user == user ? call.caller_unheard_since : call.callee_unheard_since;
}

Attendance& Calls::attendance(Call& call, const UserId& user, const DeviceId& device) {
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
void Calls::note_speaker(const SessionFacts& session, CallId id) {
  if (const auto merged = merged_.find(id); merged != merged_.end()) id = merged->second;
  const auto found = calls_.find(id);
  if (found == calls_.end() || !in_call(found->second.record, session.user)) return;
  Call& call = found->second;
  if (!has_device(own_leg(call.record, session.user), session.device)) return;
  attendance(call, session.user, session.device).spoke_in = session.id;
}

// ---- declining, hanging up ----

void Calls::request(const SessionFacts& session, const wire::Decline& message) {
  Call* call = call_of(session, message.call);
  if (call == nullptr || call->record.callee.user != session.user) return;
  if (std::holds_alternative<Ringing>(call->state)) {
    end(*call, EndReason::declined, {}, session.user, session.device);
  } else if (!has_device(call->record.callee, session.device)) {
    // Answered on another device in the meantime: that call is not this device's to end.
    tell_answered_elsewhere(session, *call);
  }
}

void Calls::request(const SessionFacts& session, const wire::HangUp& message) {
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

}  // namespace parley::switchboard
