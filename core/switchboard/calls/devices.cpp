// What becomes of the calls of a device when it comes, goes, or has room for messages again.
#include "core/base/mutants.hpp"
#include "core/switchboard/calls/calls.hpp"
#include "core/switchboard/legs.hpp"
#include "core/switchboard/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::switchboard {

namespace {

/// The state of the device of a session; `peer` is null for a device that has none, such as one
/// that has not come back since the server was started.
wire::PeerDevice state_of(const SessionFacts* peer) {
  if (peer == nullptr) return wire::PeerDevice::lost;
  if (peer->leaving) return wire::PeerDevice::reloading;
  return peer->missed ? wire::PeerDevice::lost : wire::PeerDevice::connected;
}

}  // namespace

/// Whether the device has dialled, answered or takes over a call that is not over.
bool Calls::is_in_call(const UserId& user, const DeviceId& device) const {
  return std::ranges::any_of(calls_of(user).calls, [&](CallId id) {
    return has_device(own_leg(calls_.at(id).record, user), device);
  });
}

std::vector<wire::CallSnapshot> Calls::snapshots(const SessionFacts& session) const {
  std::vector<wire::CallSnapshot> snapshots;
  for (const CallId id : calls_of(session.user).calls) {
    snapshots.push_back(snapshot(calls_.at(id), session));
  }
  return snapshots;
}

void Calls::on(const DeviceWelcomed& message) {
  const SessionFacts& session = message.session;
  if (!message.page_is_new) {
    note_rings_told(session, false);
    return;
  }
  for (const CallId id : calls_of(session.user).calls) {
    Leg& own = own_leg(calls_.at(id).record, session.user);
    // A page that was loaded anew counts from the start.
    if (own.device == session.device && own.status) own.status->revision = 0;
  }
  note_rings_told(session, true);
  tell_peers(session, wire::PeerDevice::connected);
  tell_of_peers(session);
}

void Calls::on(const DeviceChanged& message) { tell_peers(message.session, message.state); }

void Calls::on(const DeviceGone& message) {
  const SessionFacts& gone = message.session;
  note_unheard(gone);
  ring_delays_.erase(gone.id);
  drop_takeovers(gone.user, gone.device);
  if (directory_.session_of(gone.user, gone.device) == nullptr) {
    forget_ringing(gone.user, gone.device);
  }
}

void Calls::on(const ReachChanged& message) { settle_ringing(message.user); }

/// This session ends: from now on its device is only remembered. One that was taking a call over is
/// not: its end says nothing about the device that stays.
void Calls::note_unheard(const SessionFacts& session) {
  for (const CallId id : calls_of(session.user).calls) {
    Call& call = calls_.at(id);
    if (own_leg(call.record, session.user).device != session.device) continue;
    unheard_since(call, session.user) = session.last_heard;
  }
}

/// Tells the other sides of a device's calls what has become of it.
void Calls::tell_peers(const SessionFacts& session, wire::PeerDevice state) {
  for (const CallId id : calls_of(session.user).calls) {
    Call& call = calls_.at(id);
    const Leg& other = other_leg(call.record, session.user);
    if (own_leg(call.record, session.user).device != session.device || !other.device) continue;
    // Whoever was told that it is away is told in any case that it is back.
    Allowance& own = allowance(call, session.user);
    const bool back = own.away && state == wire::PeerDevice::connected;
    if (!back && !own.comings.take(context_.now, kComingBurst, kComingEvery)) continue;
    own.away = state != wire::PeerDevice::connected;
    relay(other.user, *other.device, wire::PeerDeviceChanged{id, state}, 0, call.stored);
  }
}

/// Tells a device that starts anew which other sides of its calls are away.
void Calls::tell_of_peers(const SessionFacts& session) {
  for (const CallId id : calls_of(session.user).calls) {
    Call& call = calls_.at(id);
    const Leg& other = other_leg(call.record, session.user);
    if (own_leg(call.record, session.user).device != session.device || !other.device) continue;
    const wire::PeerDevice state = state_of(directory_.session_of(other.user, *other.device));
    if (state == wire::PeerDevice::connected) continue;
    // So that it is told in any case that the other one is back.
    allowance(call, other.user).away = true;
    tell(session, wire::PeerDeviceChanged{id, state}, call.stored);
  }
}

/// The session has room again: its device rings, and gets what it missed of its calls.
void Calls::on(const DeviceHasRoom& message) {
  const SessionFacts& session = message.session;
  const UserCalls& user = calls_of(session.user);
  for (const std::vector<CallId>* calls : {&user.calls, &user.screened}) {
    for (const CallId id : *calls) {
      Call& call = calls_.at(id);
      if (is_untold(call.state, session.device)) {
        std::erase(std::get<Ringing>(call.state).untold, session.device);
        if (!session.can_call) continue;
        ring_at(session, call);
        tell_progress(call);
        pretend_to_ring(call);
      } else if (has_device(own_leg(call.record, session.user), session.device)) {
        tell_missed_of(session, call);
      }
    }
  }
}

/// The session must have acknowledged all such messages first: with only a little room, the next
/// messages would find none again.
void Calls::tell_missed_of(const SessionFacts& session, Call& call) {
  Attendance& own = attendance(call, session.user, session.device);
  if (!own.behind) return;
  const CallId id = call.record.call;
  if (!directory_.has_all(session.id, id)) {
    directory_.on(Remind{session.id});
    return;
  }
  own.behind = false;
  tell_state_of_peer(session, call);
}

/// Sends the status of the other side of a call and the state of its device.
void Calls::tell_state_of_peer(const SessionFacts& session, Call& call) {
  if (std::holds_alternative<Ringing>(call.state)) {
    relay(session.user, session.device, progress(call), 0, call.stored);
    return;
  }
  const Leg& other = other_leg(call.record, session.user);
  const CallId id = call.record.call;
  if (other.status) {
    relay(session.user, session.device, wire::PeerStatus{id, *other.status}, 0, call.stored);
  }
  const wire::PeerDevice state = state_of(directory_.session_of(other.user, *other.device));
  relay(session.user, session.device, wire::PeerDeviceChanged{id, state}, 0, call.stored);
}

}  // namespace parley::switchboard
