// Take-over: another device of a user gets the call. It asks with `join`, and has the call once it
// has media.
#include "core/base/mutants.hpp"
#include "core/switchboard/calls/calls.hpp"
#include "core/switchboard/legs.hpp"
#include "core/switchboard/timers.hpp"

#include <utility>

namespace parley::switchboard {

using wire::EndReason;

/// The reason to refuse a `join` now; empty if it is allowed. They have a rate, because the other
/// side connects anew after each one.
std::optional<Objection> Calls::takeover_objection(Call& call, const UserId& from) {
  if (is_full(call, from, nullptr, 0)) return Objection{Error::rate_limited, kRelayRetry};
  TokenBucket& budget = allowance(call, from).joins;
  if (!budget.take(context_.now, kJoinBurst, kJoinEvery) && !mutant(Mutant::joins_without_rate)) {
    return Objection{Error::rate_limited, budget.wait(context_.now, kJoinBurst, kJoinEvery)};
  }
  return std::nullopt;
}

void Calls::request(const SessionFacts& session, const wire::Join& message) {
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
      tell_linked_again(session, *call);  // a repeated request
      return;
    }
  }
  if (const auto why = takeover_objection(*call, session.user)) {
    refuse(session, *why, message.call);
    return;
  }
  // A held call can come back beside the one in front, but only where it is held.
  if (!(again && is_held(own)) && !make_way(session.user, record.call)) {
    refuse(session, Error::too_many_calls, message.call);
    return;
  }
  record.link = next_link(*call);
  const std::optional<Takeover> replaced = std::exchange(own.takeover, std::nullopt);
  if (!again) own.takeover = {session.device};
  store(*call);
  // The page is new: the other side still tries to connect to the old page.
  if (again) stop_takeover(*call, other.user);
  if (replaced && replaced->device != session.device) {
    if (const SessionFacts* before = directory_.session_of(session.user, replaced->device)) {
      tell_answered_elsewhere(*before, *call);
    }
  }
  context_.log({.what = Happening::takeover_asked,
                .connection = session.connection,
                .call = record.call,
                .user = session.user});
  // The side whose device stays makes the offer: it knows its tracks.
  tell_linked(*call, caller ? session.device : *other.device,
              caller ? *other.device : session.device, !caller);
}

/// The device that takes over has media: the call ends on the earlier device.
void Calls::finish_takeover(Call& call, Leg& leg, const SessionFacts& session) {
  const std::optional<DeviceId> before = std::exchange(leg.device, leg.takeover->device);
  leg.status = leg.takeover->status;
  leg.takeover.reset();
  context_.log({.what = Happening::takeover_done,
                .connection = session.connection,
                .call = call.record.call,
                .user = session.user});
  if (!before) return;
  store(call);
  const wire::Ended over{.call = call.record.call,
                         .reason = EndReason::answered_elsewhere,
                         .ended_at_ms = context_.wall_ms(context_.now)};
  if (!mutant(Mutant::moved_from_device_not_told)) {
    tell_device(leg.user, *before, over, call.stored);
    tell_elsewhere(call, leg.user);
  }
  const SessionFacts* let_go = directory_.session_of(leg.user, *before);
  const Leg& other = other_leg(call.record, leg.user);
  stop_takeover(call, other.user);  // its device connects to the device that leaves the call
  if (leg.status) tell_status(call, leg.user, *leg.status);
  if (other.device && (let_go == nullptr || let_go->missed || let_go->leaving)) {
    tell_device(other.user, *other.device,
                wire::PeerDeviceChanged{call.record.call, wire::PeerDevice::connected},
                call.stored);
  }
}

/// The device that takes over has given up, or its page is gone: the call stays on the earlier
/// device.
void Calls::drop_takeovers(const UserId& user, const DeviceId& device) {
  for (const CallId id : calls_of(user).calls) {
    Call& call = calls_.at(id);
    if (takeover_device(own_leg(call.record, user)) == device) drop_takeover(call, user);
  }
}

void Calls::drop_takeover(Call& call, const UserId& user) {
  Leg& own = own_leg(call.record, user);
  for (Attendance& one : call.attendance) {
    if (one.user == user || !one.told || one.told->peer_device != takeover_device(own)) continue;
    one.told = std::exchange(one.told_before, std::nullopt);
  }
  own.takeover.reset();
  store(call);
  if (own.status) tell_status(call, user, *own.status);
}

/// The other side may have closed its connection to the device that stays, because the connection
/// to the device that takes over had media.
void Calls::renew_links(Call& call) {
  const auto pair = [&](const DeviceId& caller, const DeviceId& callee, bool caller_offers) {
    call.record.link = next_link(call);
    store(call);
    tell_linked(call, caller, callee, caller_offers);
  };
  const DeviceId caller = *call.record.caller.device;
  const DeviceId callee = *call.record.callee.device;
  pair(caller, callee, true);
  // This also ends the connection to the device that takes over the other side.
  if (const auto device = takeover_device(call.record.caller)) pair(*device, callee, false);
  if (const auto device = takeover_device(call.record.callee)) pair(caller, *device, true);
}

/// Drops the take-over of this user's side, if there is one, and tells its device.
void Calls::stop_takeover(Call& call, const UserId& user) {
  const auto device = takeover_device(own_leg(call.record, user));
  if (!device) return;
  drop_takeover(call, user);
  if (const SessionFacts* session = directory_.session_of(user, *device))
    tell_answered_elsewhere(*session, call);
}

}  // namespace parley::switchboard
