// How calls end: time-outs, lost devices, and the one function that closes a record.
#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"
#include "core/switchboard/calls/calls.hpp"
#include "core/switchboard/legs.hpp"
#include "core/switchboard/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::switchboard {

using wire::CallPhase;
using wire::EndReason;

namespace {

wire::Ended end_of(const CallRecord& record) {
  return {record.call, *record.reason, record.failure, *record.ended_at_ms, record.connected_at_ms};
}

}  // namespace

/// A call that outlived the server's last process, or ended shortly before it did.
void Calls::on(const CallRestored& event) {
  if (calls_.contains(event.record.call)) return;
  if (mutant(Mutant::restored_by_the_clock) && event.record.ended_at_ms &&
      *event.record.ended_at_ms < context_.wall_ms(context_.now - kRestoredFor)) {
    return;
  }
  CallRecord restored = event.record;
  if (mutant(Mutant::merged_invite_forgotten)) restored.merged.reset();
  if (!mutant(Mutant::call_id_forgotten_on_restart)) {
    call_ids_.use(restored.call, context_.now + context_.ahead);
    if (restored.merged) call_ids_.use(restored.merged->call, context_.now + context_.ahead);
  }
  if (restored.phase == CallPhase::ended) {
    remember_end(restored, {});
    return;
  }
  if (restored.merged) merged_.emplace(restored.merged->call, restored.call);
  Call& call = calls_[restored.call];
  call.record = std::move(restored);
  bring_into_the_past(call.record);
  const CallRecord& record = call.record;
  // Devices that took it over have lost their sessions.
  call.record.caller.takeover.reset();
  call.record.callee.takeover.reset();
  call.caller_unheard_since = context_.now;
  call.callee_unheard_since = context_.now;
  if (!mutant(Mutant::restored_call_without_users)) {
    users_[record.caller.user].calls.push_back(record.call);
    UserCalls& callee = users_[record.callee.user];
    (record.screened ? callee.screened : callee.calls).push_back(record.call);
  }
  switch (record.phase) {
    case CallPhase::ringing:
      call.state = Ringing{};
      break;
    case CallPhase::connecting:
      call.state = Connecting{};
      break;
    case CallPhase::active:
    case CallPhase::ended:
      call.state = Active{};
      break;
  }
  if (std::holds_alternative<Active>(call.state)) {
    // Its devices have not been able to report: they get the whole lease to come back.
    call.media_at = context_.instant_of(record.media_at_ms.value_or(*record.connected_at_ms));
    const Duration lost = context_.now - call.media_at;
    if (lost > kLongestOutage) call.lost = lost;
    set_deadline(call, context_.settings.media_lease);
  } else if (!mutant(Mutant::deadline_lost_on_restart)) {
    // Those who are in it first get the time to come back.
    const Instant deadline =
        context_.instant_of(record.deadline_ms.value_or(context_.wall_ms(context_.now)));
    const Instant back = context_.now + kReturnGrace;
    const bool is_ringing = record.phase == CallPhase::ringing;
    context_.deadlines.arm(record.call,
                           is_ringing ? std::min(deadline, back) : std::max(deadline, back));
  }
}

/// The time for an answer is up, or after a restart the time for coming back is.
void Calls::ringing_due(Call& call) {
  const CallRecord& record = call.record;
  const Instant deadline =
      context_.instant_of(record.deadline_ms.value_or(context_.wall_ms(context_.now)));
  if (context_.now >= deadline) {
    end(call, EndReason::no_answer, {}, {}, {});
  } else if (directory_.session_of(record.caller.user, *record.caller.device) == nullptr) {
    end(call, EndReason::cancelled, {}, record.caller.user, record.caller.device);
  } else {
    context_.deadlines.arm(record.call, deadline);
    auto& ringing = std::get<Ringing>(call.state);
    if (record.ringing_at_ms && directory_.sessions_of(record.callee.user).empty()) {
      ringing.quiet = true;  // a device that rang may still come back to the new process
      tell_progress(call);
    } else {
      settle_ringing(record.callee.user);
    }
  }
}

/// The time for media to flow is up. It may well flow between two devices that can't say so: they
/// get as long to come back as those of a call that is on.
void Calls::connecting_due(Call& call) {
  const auto is_away = [&](const Leg& leg) {
    const SessionFacts* session = directory_.session_of(leg.user, *leg.device);
    return session == nullptr || !session->connection;
  };
  const Instant lease_ends =
      context_.instant_of(*call.record.accepted_at_ms) + context_.settings.media_lease;
  if (is_away(call.record.caller) && is_away(call.record.callee) && context_.now < lease_ends) {
    context_.deadlines.arm(call.record.call, lease_ends);
  } else {
    end(call, EndReason::failed, Error::no_media_path, {}, {});
  }
}

void Calls::due(CallId id) {
  if (ended_.erase(id) != 0) return;
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;
  Call& call = found->second;
  if (mutant(Mutant::lease_never_runs_out) && std::holds_alternative<Active>(call.state)) return;
  std::visit(Overloaded{
                 [&](const Ringing&) { ringing_due(call); },
                 [&](const Connecting&) { connecting_due(call); },
                 [&](const Active&) { end(call, EndReason::abandoned, {}, {}, {}); },
             },
             CallState(call.state));
}

/// Nobody is there to talk any more.
void Calls::on(const DeviceAbsent& message) {
  for (const CallId id : std::vector(calls_of(message.user).calls)) {
    Call& call = calls_.at(id);
    if (call.record.caller.user == message.user && call.record.caller.device == message.device &&
        std::holds_alternative<Ringing>(call.state)) {
      end(call, EndReason::cancelled, {}, message.user, message.device);
    }
  }
}

/// A page said goodbye and did not come back, or its person signed out, there or everywhere: as
/// good as a hang-up.
void Calls::on(const UserLeft& message) {
  if (mutant(Mutant::closed_page_keeps_call)) return;
  for (const CallId id : std::vector(calls_of(message.user).calls)) {
    Call& call = calls_.at(id);
    const std::optional<DeviceId> own = own_leg(call.record, message.user).device;
    if (!own || (message.device && own != message.device)) continue;
    const bool ringing = std::holds_alternative<Ringing>(call.state);
    end(call, ringing ? EndReason::cancelled : EndReason::completed, {}, message.user, own);
  }
}

/// A call that rings beside another one rings alone once that is over.
void Calls::stop_waiting(const UserId& user) {
  const auto stops_waiting = [this, &user](CallId id) {
    Call& call = calls_.at(id);
    auto* ringing = std::get_if<Ringing>(&call.state);
    if (ringing == nullptr || !ringing->waiting || call.record.callee.user != user) return;
    ringing->waiting = false;
    tell_progress(call);
  };
  const UserCalls& owner = calls_of(user);
  if (owner.calls.size() == 1) stops_waiting(owner.calls.front());
  if (!owner.calls.empty()) return;
  for (const CallId id : owner.screened) stops_waiting(id);
}

void Calls::end(Call& call, EndReason reason, std::optional<Error> failure,
                std::optional<UserId> ended_by, std::optional<DeviceId> by_device) {
  CallRecord& record = call.record;
  // Only a call that rang has had a deadline; nobody else ever heard of it.
  const bool callee_was_told = record.deadline_ms.has_value();
  const bool was_ringing = std::holds_alternative<Ringing>(call.state);
  // How long it lasted is known up to the last media only.
  const bool abandoned = reason == EndReason::abandoned || call.lost > Duration{0};
  if (std::holds_alternative<Active>(call.state))
    record.media_at_ms = context_.wall_ms(call.media_at);
  record.reason = reason;
  record.failure = failure;
  record.ended_by = ended_by;
  record.ended_at_ms = abandoned && !mutant(Mutant::abandoned_when_noticed)
                           ? *record.media_at_ms
                           : context_.wall_ms(context_.now);
  record.deadline_ms.reset();
  record.caller.takeover.reset();
  record.callee.takeover.reset();
  if (!mutant(Mutant::cancelled_record_left_open) || reason != EndReason::cancelled) store(call);
  // A call that no user has ended counts as ended by the caller.
  const UserId& by = ended_by ? *ended_by : record.caller.user;
  const auto device = ended_by ? by_device : record.caller.device;
  const SessionFacts* ender = device ? directory_.session_of(by, *device) : nullptr;
  context_.log({.what = Happening::call_ended,
                .connection = ender == nullptr ? std::nullopt : ender->connection,
                .call = record.call,
                .user = by,
                .detail = std::string(names(reason)[static_cast<std::size_t>(reason)]) +
                          (failure ? " " + std::string(code_of(*failure)) : ""),
                .from = phase_of(call.state),
                .to = wire::CallPhase::ended});

  const wire::Ended ended = end_of(record);
  const auto tell_devices = [&](const Leg& leg, bool rang_here) {
    for (const SessionFacts* session : directory_.sessions_of(leg.user)) {
      if (session->device != by_device && is_untold(call.state, session->device)) continue;
      wire::Ended own = ended;
      if (reason == EndReason::declined && rang_here && session->device != by_device) {
        own.reason = EndReason::declined_elsewhere;
      }
      tell(*session, own, call.stored);
    }
  };
  // A caller's other devices only know of calls that were answered.
  if (was_ringing) {
    tell_device(record.caller.user, *record.caller.device, ended, call.stored);
  } else {
    tell_devices(record.caller, false);
  }
  const bool is_hidden = record.screened && !mutant(Mutant::blocked_call_ends_aloud);
  if (callee_was_told && !is_hidden) tell_devices(record.callee, was_ringing);
  if (callee_was_told && was_ringing) note_unanswered(record);

  const CallId id = record.call;
  std::erase(users_[record.callee.user].screened, id);
  for (const Leg* leg : {&record.caller, &record.callee}) {
    std::erase(users_[leg->user].calls, id);
    stop_waiting(leg->user);
  }
  remember_end(record, call.stored);
  if (record.merged) merged_.erase(record.merged->call);
  calls_.erase(id);
}

void Calls::remember_end(const CallRecord& record, StoreTicket stored) {
  if (mutant(Mutant::end_not_remembered)) return;
  ended_.insert_or_assign(record.call, Tombstone{record.caller.user, record.callee.user,
                                                 end_of(record), stored, record.screened});
  context_.deadlines.arm(record.call, context_.now + kEndedMemory);
  if (!record.merged) return;
  // Who asks by the id of the invite that became part of this call hears the same.
  CallRecord own = record;
  own.call = record.merged->call;
  own.merged.reset();
  std::swap(own.caller, own.callee);
  remember_end(own, stored);
}

}  // namespace parley::switchboard
