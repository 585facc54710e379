// Takes a call over to another device of its user: the device joins, and has the call once media
// flows there.
#include "core/base/mutants.hpp"
#include "core/switchboard/legs.hpp"
#include "core/switchboard/state.hpp"
#include "core/switchboard/timers.hpp"

#include <utility>

namespace parley::switchboard {

using wire::EndReason;

/// The reason to refuse a join now; empty if it is allowed. Joins have a rate, because the other
/// side connects anew after each one.
std::optional<Objection> Switchboard::State::join_objection(Call& call, const UserId& from) {
  if (is_full(call, from, nullptr, 0)) return Objection{Error::rate_limited, kRelayRetry};
  TokenBucket& budget = allowance(call, from).joins;
  if (!budget.take(now_, kJoinBurst, kJoinEvery) && !mutant(Mutant::joins_without_rate)) {
    return Objection{Error::rate_limited, budget.wait(now_, kJoinBurst, kJoinEvery)};
  }
  return std::nullopt;
}

void Switchboard::State::request(Session& session, const wire::Join& message) {
  Call* call = call_of(session, message.call);
  if (call == nullptr) return;
  CallRecord& record = call->record;
  if (std::holds_alternative<Ringing>(call->state)) {
    refuse(session, Error::unknown_call, message.call);
    return;
  }
  const bool caller = record.caller.user == session.user;
  Leg& own = own_leg(record, session.user);
  const Leg& other = other_leg(record, session.user);
  const bool again = own.device == session.device;
  if (has_device(own, session.device) && !mutant(Mutant::joined_twice_paired_twice)) {
    const Attendance& seen = attendance(*call, session.user, session.device);
    if (seen.told && seen.told_in == session.id && seen.newest_link == record.link) {
      tell_linked_again(session, *call);  // a repeated join
      return;
    }
  }
  if (const auto why = join_objection(*call, session.user)) {
    refuse_for(session, *why, message.call);
    return;
  }
  // A held call can come back beside the one in front, but only where it is held.
  if (!(again && is_held(own)) && !make_way(session.user, record.call)) {
    refuse(session, Error::too_many_calls, message.call);
    return;
  }
  ++record.link;
  const std::optional<DeviceId> given_up = std::exchange(own.next_device, std::nullopt);
  if (!again) {
    own.next_device = session.device;
    next_status(*call, session.user).reset();
  }
  store(*call);
  // The page is new: the other side still tries to connect to the old page.
  if (again) turn_away_joiner(*call, other.user);
  if (given_up && given_up != session.device) {
    // It was taking the call over, and the other device replaces it.
    if (Session* joiner = find_session(session.user, *given_up)) {
      tell_answered_elsewhere(*joiner, *call);
    }
  }
  log(LogLevel::info, "joined", session.connection, record.call, session.user);
  // The side whose device stays makes the offer: it knows its tracks.
  tell_linked(*call, caller ? session.device : *other.device,
              caller ? *other.device : session.device, !caller);
}

/// Media flows at the device that joined: the call ends on the earlier device.
void Switchboard::State::take_over(Call& call, Leg& leg, Session& session) {
  const std::optional<DeviceId> before = leg.device;
  leg.device = session.device;
  leg.next_device.reset();
  leg.status = std::exchange(next_status(call, leg.user), std::nullopt);
  log(LogLevel::info, "taken over", session.connection, call.record.call, session.user);
  if (!before) return;
  store(call);
  const wire::Ended over{.call = call.record.call,
                         .reason = EndReason::answered_elsewhere,
                         .ended_at_ms = wall_ms(now_)};
  if (!mutant(Mutant::moved_from_device_not_told)) {
    tell_device(leg.user, *before, over, call.stored);
    tell_elsewhere(call, leg.user);
  }
  const Session* let_go = find_session(leg.user, *before);
  const Leg& other = other_leg(call.record, leg.user);
  turn_away_joiner(call, other.user);  // it connects to the device that leaves the call
  if (leg.status) tell_status(call, leg.user, *leg.status);
  if (other.device && (let_go == nullptr || let_go->missed || let_go->leaving)) {
    tell_device(other.user, *other.device,
                wire::PeerDeviceChanged{call.record.call, wire::PeerDevice::connected},
                call.stored);
  }
}

/// A device that was taking over has given up, or its page is gone: the call stays on the earlier
/// device.
void Switchboard::State::stop_joining(const UserId& user, const DeviceId& device) {
  for (const CallId id : users_[user].calls) {
    Call& call = calls_.at(id);
    if (own_leg(call.record, user).next_device != device) continue;
    let_joiner_go(call, user);
  }
}

void Switchboard::State::let_joiner_go(Call& call, const UserId& user) {
  Leg& own = own_leg(call.record, user);
  for (Attendance& one : call.attendance) {
    if (one.user == user || !one.told || one.told->peer_device != own.next_device) continue;
    one.told = std::exchange(one.told_before, std::nullopt);
  }
  own.next_device.reset();
  next_status(call, user).reset();
  store(call);
  if (own.status) tell_status(call, user, *own.status);
}

/// The other side may have closed its connection to the device that stays, because the connection
/// to the joining device had media.
void Switchboard::State::pair_again(Call& call) {
  const auto pair = [&](const DeviceId& caller, const DeviceId& callee, bool caller_offers) {
    ++call.record.link;
    store(call);
    tell_linked(call, caller, callee, caller_offers);
  };
  const DeviceId caller = *call.record.caller.device;
  const DeviceId callee = *call.record.callee.device;
  pair(caller, callee, true);
  // This also ends the connection to a device that takes over at the other side.
  if (const auto next = call.record.caller.next_device) pair(*next, callee, false);
  if (const auto next = call.record.callee.next_device) pair(caller, *next, true);
}

/// Stops the device of this user that is taking the call over, if there is one.
void Switchboard::State::turn_away_joiner(Call& call, const UserId& user) {
  const auto joiner = own_leg(call.record, user).next_device;
  if (!joiner) return;
  let_joiner_go(call, user);
  if (Session* session = find_session(user, *joiner)) tell_answered_elsewhere(*session, call);
}

std::optional<wire::LegStatus>& Switchboard::State::next_status(Call& call, const UserId& user) {
  return call.record.caller.user == user ? call.callers_next_status : call.callees_next_status;
}

}  // namespace parley::switchboard
