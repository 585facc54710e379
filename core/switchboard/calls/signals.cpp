// Messages between the two devices of a call, and their reports to the server.
#include "core/base/mutants.hpp"
#include "core/switchboard/calls/calls.hpp"
#include "core/switchboard/legs.hpp"
#include "core/switchboard/timers.hpp"

#include <algorithm>

namespace parley::switchboard {

using wire::SourceState;

namespace {

/// A crash must not undo a hold or a status that the other side has: a page that is loaded later
/// continues with the status in the record.
bool must_survive(const std::optional<wire::LegStatus>& known, const wire::LegStatus& status) {
  const auto turned_off = [](SourceState before, SourceState now) {
    return before != SourceState::off && now == SourceState::off;
  };
  if (!known) return status.held;
  return known->held != status.held || turned_off(known->microphone, status.microphone) ||
         turned_off(known->camera, status.camera);
}

}  // namespace

void Calls::request(const SessionFacts& session, const wire::Signal& message) {
  // A signal that crosses the end of the call is late, not wrong: it gets no answer.
  if (const auto over = ended_.find(message.call); over != ended_.end()) {
    if (over->second.caller == session.user || over->second.callee == session.user) return;
  }
  Call* call = call_of(session, message.call);
  if (call == nullptr) return;
  if (message.data.text.size() > wire::kMaxSignalBytes) {
    refuse(session, Error::message_too_large, message.call, "data");
    return;
  }
  if (std::holds_alternative<Ringing>(call->state)) {
    relay_warm(session, *call, message);
    return;
  }
  // The call may have been answered at another device than the one that says or hears this.
  const bool late = message.link <= call->warm_links;
  if (!has_device(own_leg(call->record, session.user), session.device)) {
    if (!late) refuse(session, Error::unknown_call, message.call);
    return;
  }
  const Leg& to = other_leg(call->record, session.user);
  if (!has_device(to, message.to)) {
    // The addressed device has left the call meanwhile, or was never in it.
    if (!late && message.link >= call->record.link) {
      refuse(session, Error::unknown_call, message.call, "to");
    }
    return;
  }
  const std::size_t bytes = message.data.text.size();
  if (const auto why = relay_objection(*call, session.user, &message.to, bytes)) {
    refuse(session, *why, message.call);
    return;
  }
  relay(to.user, message.to,
        wire::RelayedSignal{call->record.call, session.device, message.link, message.data}, bytes,
        call->stored);
}

// ---- bounds of what one side sends to the other ----

bool Calls::is_full(const Call& call, const UserId& from, const DeviceId* to, std::size_t bytes) {
  const Leg& other = other_leg(call.record, from);
  const auto full = [&](const DeviceId& device) {
    const SessionFacts* session = directory_.session_of(other.user, device);
    return session != nullptr && !directory_.has_room(session->id, call.record.call, bytes);
  };
  if (to != nullptr) return full(*to);
  return std::ranges::any_of(devices_of(other),
                             [&](const auto& device) { return device && full(*device); });
}

Allowance& Calls::allowance(Call& call, const UserId& from) {
  return call.record.caller.user == from ? call.callers_allowance : call.callees_allowance;
}

std::optional<Objection> Calls::relay_objection(Call& call, const UserId& from, const DeviceId* to,
                                                std::size_t bytes) {
  if (is_full(call, from, to, bytes)) return Objection{Error::rate_limited, kRelayRetry};
  TokenBucket& budget = allowance(call, from).messages;
  if (!budget.take(context_.now, kRelayBurst, kRelayEvery) && !mutant(Mutant::peer_without_rate)) {
    return Objection{Error::rate_limited, budget.wait(context_.now, kRelayBurst, kRelayEvery)};
  }
  return std::nullopt;
}

void Calls::request(const SessionFacts& session, const wire::MediaReport& message) {
  Call* call = call_on_device(session, message.call);
  if (call == nullptr || !message.flowing || std::holds_alternative<Ringing>(call->state)) return;
  CallRecord& record = call->record;
  Leg& own = own_leg(record, session.user);
  const bool lost = leave_out_lost_time(*call);
  const Instant last_written = context_.instant_of(record.media_at_ms.value_or(0));
  const bool takes_over = takeover_device(own) == session.device;
  const bool first = std::holds_alternative<Connecting>(call->state);
  if (takes_over) {
    const auto& status = own.takeover->status;
    if (!(status && status->held) && !make_way(session.user, record.call)) {
      // Another call has come in front meanwhile: this call stays on hold on its device.
      stop_takeover(*call, session.user);
      renew_links(*call);
      return;
    }
    finish_takeover(*call, own, session);
  }
  if (first) {
    call->state = Active{};
    record.connected_at_ms = context_.wall_ms(context_.now);
    directory_.on(BecameKnown{record.caller.user, record.callee.user});
    directory_.on(BecameKnown{record.callee.user, record.caller.user});
    context_.log({.what = Happening::call_connected,
                  .connection = session.connection,
                  .call = record.call,
                  .user = session.user,
                  .from = wire::CallPhase::connecting,
                  .to = wire::CallPhase::active});
  }
  // After the first, a media report of one side counts only while the other side's device is there.
  if (first || is_heard_of(*call, other_leg(record, session.user).user) ||
      mutant(Mutant::one_side_keeps_call)) {
    set_deadline(*call, context_.settings.media_lease);
    call->media_at = context_.now;
  } else if (!takes_over) {
    return;
  }
  if (first || takes_over || lost || context_.now - last_written >= kMediaStoreInterval) {
    record.media_at_ms = context_.wall_ms(call->media_at);
    store(*call);
  }
}

/// Sends the status of this side to the other side.
void Calls::tell_status(const Call& call, const UserId& user, const wire::LegStatus& status) {
  if (mutant(Mutant::hold_not_mirrored) && status.held) return;
  const Leg& other = other_leg(call.record, user);
  const wire::PeerStatus relayed{call.record.call, status};
  for (const auto& device : devices_of(other)) {
    if (device) relay(other.user, *device, relayed, 0, call.stored);
  }
}

void Calls::request(const SessionFacts& session, const wire::Status& message) {
  Call* call = call_on_device(session, message.call);
  if (call == nullptr) return;
  Leg& own = own_leg(call->record, session.user);
  // The status of the device that takes over replaces that of the leg once it has the call; the
  // other side gets it now.
  std::optional<wire::LegStatus>& known =
      own.device == session.device ? own.status : own.takeover->status;
  if (known && known->revision >= message.status.revision) return;
  if (!message.status.held && is_held(own) && !make_way(session.user, call->record.call)) {
    refuse(session, Error::too_many_calls, message.call);
    return;
  }
  if (const auto why = relay_objection(*call, session.user, nullptr, 0)) {
    refuse(session, *why, message.call);
    return;
  }
  const bool write = must_survive(known, message.status);
  known = message.status;
  if (write) store(*call);
  tell_status(*call, session.user, message.status);
}

}  // namespace parley::switchboard
