// Devices that connect while the call rings, so that media flows at once if it is answered there
// (docs/protocol.md, "Connected while it rings"). Nothing of it is stored: after a restart of the
// server a call connects after the answer.
#include "core/base/mutants.hpp"
#include "core/switchboard/calls/calls.hpp"
#include "core/switchboard/legs.hpp"
#include "core/switchboard/timers.hpp"

#include <algorithm>

namespace parley::switchboard {

/// A link that names no other pair of devices of this call.
std::uint32_t Calls::next_link(const Call& call) {
  return std::max(call.record.link, call.warm_links) + 1;
}

/// The call rings at this device: it and the caller's may connect. The device of somebody who does
/// not know the caller shows no address of its own; without relays it stays unconnected.
void Calls::warm_up(const SessionFacts& session, Call& call) {
  const CallRecord& record = call.record;
  auto& warm = std::get<Ringing>(call.state).warm;
  const SessionFacts* caller = directory_.session_of(record.caller.user, *record.caller.device);
  if (!call.caller_warms || caller == nullptr || call.warm_links >= kMaxWarmLinks) return;
  if (std::ranges::find(warm, session.id, &WarmLink::session) != warm.end()) return;
  const bool relays_only = !directory_.regard(session.user, record.caller.user).known &&
                           !mutant(Mutant::stranger_learns_addresses);
  if (relays_only && !(session.has_relay && caller->has_relay)) return;
  for (const SessionFacts* one : {caller, &session}) {
    if (!directory_.has_room(one->id, record.call, 0)) return;
  }
  const std::uint32_t link = ++call.warm_links;
  warm.push_back({link, session.device, session.id, caller->id});
  tell(*caller, wire::WarmUp{record.call, session.device, link, true, relays_only}, call.stored,
       Tell::Share{record.call});
  tell(session, wire::WarmUp{record.call, caller->device, link, false, relays_only}, call.stored,
       Tell::Share{record.call});
}

/// The link with which both devices can go on: each still has its connection.
std::optional<std::uint32_t> Calls::warm_link(const SessionFacts& session, const Call& call,
                                              std::optional<std::uint32_t> link) const {
  const auto* ringing = std::get_if<Ringing>(&call.state);
  if (!link || ringing == nullptr) return std::nullopt;
  const Leg& caller_leg = call.record.caller;
  const SessionFacts* caller = directory_.session_of(caller_leg.user, *caller_leg.device);
  const bool both_have = std::ranges::any_of(ringing->warm, [&](const WarmLink& one) {
    return one.link == link && one.session == session.id && caller != nullptr &&
           one.callers_session == caller->id;
  });
  return both_have ? link : std::nullopt;
}

/// Passes a signal on while the call rings.
void Calls::relay_warm(const SessionFacts& session, Call& call, const wire::Signal& message) {
  const CallRecord& record = call.record;
  if (record.screened) return;  // blocked while it rang, which the caller can't tell
  const auto& warm = std::get<Ringing>(call.state).warm;
  const bool by_caller = record.caller.user == session.user;
  const DeviceId& callers = by_caller ? session.device : message.to;
  const DeviceId& callees = by_caller ? message.to : session.device;
  const auto pair = std::ranges::find(warm, message.link, &WarmLink::link);
  if (pair == warm.end() || pair->device != callees || record.caller.device != callers) {
    refuse(session, Error::unknown_call, message.call);
    return;
  }
  const std::size_t bytes = message.data.text.size();
  if (const auto why = relay_objection(call, session.user, &message.to, bytes)) {
    refuse(session, *why, message.call);
    return;
  }
  relay(by_caller ? record.callee.user : record.caller.user, message.to,
        wire::RelayedSignal{record.call, session.device, message.link, message.data}, bytes,
        call.stored);
}

}  // namespace parley::switchboard
