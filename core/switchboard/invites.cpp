// How calls begin: invites, ringing, and two people who call each other at the same moment.
#include "core/base/mutants.hpp"
#include "core/switchboard/legs.hpp"
#include "core/switchboard/state.hpp"
#include "core/switchboard/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::switchboard {

using wire::EndReason;

namespace {

void add_once(std::vector<DeviceId>& devices, const DeviceId& device) {
  if (std::ranges::find(devices, device) == devices.end()) devices.push_back(device);
}

}  // namespace

void Switchboard::State::request(Session& session, const wire::Invite& message) {
  if (const auto merged = merged_.find(message.call); merged != merged_.end()) {
    invite_again(session, calls_.at(merged->second));
  } else if (const auto known = calls_.find(message.call); known != calls_.end()) {
    invite_again(session, known->second);
  } else if (const auto over = ended_.find(message.call); over != ended_.end()) {
    invite_of_ended(session, over->second);
  } else if (const auto why = objection(session, message)) {
    refuse_for(session, *why, message.call);
  } else if (Call* crossing = crossing_invite(session.user, message.callee)) {
    merge(session, *crossing, message);
  } else {
    create(session, message);
  }
}

/// Why an invite can't even become a call; nothing if it can.
std::optional<Objection> Switchboard::State::objection(const Session& session,
                                                       const wire::Invite& message) {
  if (message.callee == session.user) return Error::calling_oneself;
  if (!users_.contains(message.callee)) return Error::unknown_user;
  TokenBucket& invites = users_[session.user].invites;
  if (!invites.take(now_, kInviteBurst, kInviteEvery)) {
    return Objection{Error::rate_limited, invites.wait(now_, kInviteBurst, kInviteEvery)};
  }
  // Who dials while a call is on believes that it is over: a page that crashed, another device.
  end_replaced_call(session.user, message.callee);
  // Calls that only ring here don't count: others must not be able to keep a person from dialing.
  const auto on = [&](CallId id) { return is_on(calls_.at(id), session.user); };
  if (std::ranges::count_if(users_[session.user].calls, on) >= kMaxCalls) {
    return Error::too_many_calls;
  }
  if (has_call_in_front(session.user, {})) return Error::too_many_calls;
  return std::nullopt;
}

/// The same invite once more: answered with how far the call is.
void Switchboard::State::invite_again(Session& session, const Call& call) {
  const CallRecord& record = call.record;
  const Leg* own = nullptr;
  if (record.caller.user == session.user) own = &record.caller;
  if (call.merged && record.callee.user == session.user) own = &record.callee;
  if (own == nullptr || own->device != session.device) {
    refuse(session, Error::call_id_taken, record.call);
    return;
  }
  if (std::holds_alternative<Ringing>(call.state)) {
    tell_progress(call);
    return;
  }
  if (own == &record.callee) tell(session, wire::Merged{*call.merged, record.call}, call.stored);
  tell_linked_again(session, call);
}

void Switchboard::State::invite_of_ended(Session& session, const Tombstone& over) {
  // Also the callee's, whose own invite may have become part of that call.
  if (over.caller == session.user || over.callee == session.user) {
    tell(session, over.ended, over.stored);
  } else {
    refuse(session, Error::call_id_taken, over.ended.call);
  }
}

/// One of the two calls the other anew although their call is on: the old one is over.
void Switchboard::State::end_replaced_call(const UserId& caller, const UserId& callee) {
  for (const CallId id : std::vector(users_[caller].calls)) {
    Call& call = calls_.at(id);
    const bool between_them = in_call(call.record, callee);
    const bool callers_own_ringing =
        std::holds_alternative<Ringing>(call.state) && call.record.caller.user == caller;
    const bool crossing = std::holds_alternative<Ringing>(call.state) && !callers_own_ringing;
    if (!between_them || crossing) continue;
    end(call, callers_own_ringing ? EndReason::cancelled : EndReason::completed, {}, caller, {});
  }
}

Call* Switchboard::State::crossing_invite(const UserId& caller, const UserId& callee) {
  if (mutant(Mutant::glare_keeps_both)) return nullptr;
  for (const CallId id : users_[caller].calls) {
    Call& call = calls_.at(id);
    if (std::holds_alternative<Ringing>(call.state) && call.record.caller.user == callee &&
        call.record.callee.user == caller) {
      return &call;
    }
  }
  return nullptr;
}

/// Both want to talk: the two invites become one call, the one with the lower id, without another
/// press on either device.
void Switchboard::State::merge(Session& session, Call& crossing, const wire::Invite& message) {
  if (crossing.record.call < message.call) {
    merged_.emplace(message.call, crossing.record.call);
    crossing.merged = message.call;
    connect(crossing, session.device);
    return;
  }
  // The later invite has the lower id: its record takes the place of the other's.
  const CallRecord replaced = crossing.record;
  std::erase(users_[replaced.caller.user].calls, replaced.call);
  std::erase(users_[replaced.callee.user].calls, replaced.call);
  deadlines_.disarm(replaced.call);
  calls_.erase(replaced.call);

  Call& call = calls_[message.call];
  call.record = {.call = message.call,
                 .caller = {.user = session.user, .device = session.device},
                 .callee = {.user = message.callee},
                 .kind = message.kind,
                 .invited_at_ms = replaced.invited_at_ms};
  call.merged = replaced.call;
  merged_.emplace(replaced.call, message.call);
  users_[session.user].calls.push_back(message.call);
  users_[message.callee].calls.push_back(message.call);
  connect(call, *replaced.caller.device, replaced.call);
}

/// The caller's devices ring for an invite that became part of this call, or will when they come
/// back.
void Switchboard::State::stop_ringing(const Call& call, CallId replaced) {
  const Leg& caller = call.record.caller;
  const wire::Ended stop{
      .call = replaced, .reason = EndReason::answered_elsewhere, .ended_at_ms = ms_of(now_)};
  for (const SessionId id : users_[caller.user].sessions) {
    Session* session = find_session(id);
    if (session == nullptr) continue;
    if (session->device == caller.device) {
      tell(*session, wire::Merged{replaced, call.record.call}, call.stored);
    } else {
      tell(*session, stop, call.stored);
    }
  }
}

void Switchboard::State::create(Session& session, const wire::Invite& message) {
  User& caller = users_[session.user];
  User& callee = users_[message.callee];
  const std::ptrdiff_t calls_of_callee = std::ssize(callee.calls);
  Call& call = calls_[message.call];
  call.record = {.call = message.call,
                 .caller = {.user = session.user, .device = session.device},
                 .callee = {.user = message.callee},
                 .kind = message.kind,
                 .invited_at_ms = ms_of(now_)};
  caller.calls.push_back(message.call);
  callee.calls.push_back(message.call);
  log(LogLevel::info, "invited", session.connection, message.call, session.user);
  if ((calls_of_callee >= kMaxCalls && !mutant(Mutant::third_caller_rings)) ||
      (calls_of_callee > 0 && !callee.call_waiting)) {
    end(call, EndReason::busy, {}, {}, {});
  } else if (is_reachable(callee)) {
    ring(call, calls_of_callee > 0);
  } else if (now_ < settings_.returning_until) {
    ring(call, calls_of_callee > 0);  // whoever comes back in time
    const Instant rings_until = instant_from_ms(call.record.deadline_ms.value_or(ms_of(now_)));
    deadlines_.arm(message.call, std::min(rings_until, settings_.returning_until));
  } else {
    end(call, EndReason::unreachable, {}, {}, {});
  }
}

void Switchboard::State::ring(Call& call, bool waiting) {
  auto& ringing =
      call.state.emplace<Ringing>(Ringing{.told = {}, .ringing = {}, .waiting = waiting});
  set_deadline(call, settings_.ring_limit);
  if (mutant(Mutant::ring_limit_not_armed)) deadlines_.disarm(call.record.call);
  store(call);
  const wire::Incoming incoming{call.record.call, party(call.record.caller.user), call.record.kind,
                                waiting, *call.record.deadline_ms};
  for (const SessionId id : users_[call.record.callee.user].sessions) {
    Session* session = find_session(id);
    if (session == nullptr || !session->can_call) continue;
    if (session->connection) ringing.told.push_back(session->device);
    tell(*session, incoming, call.stored);
  }
  tell_progress(call);
}

void Switchboard::State::request(Session& session, const wire::Ringing& message) {
  Call* call = call_of(session, message.call);
  if (call == nullptr || call->record.callee.user != session.user) return;
  auto* ringing = std::get_if<Ringing>(&call->state);
  if (ringing == nullptr) return;
  if (std::ranges::find(ringing->ringing, session.device) != ringing->ringing.end()) return;
  add_once(ringing->told, session.device);
  ringing->ringing.push_back(session.device);
  if (!call->record.ringing_at_ms) {
    call->record.ringing_at_ms = ms_of(now_);
    store(*call);
  }
  tell_progress(*call);
}

void Switchboard::State::tell_progress(const Call& call) {
  const auto* ringing = std::get_if<Ringing>(&call.state);
  if (ringing == nullptr) return;
  tell_device(call.record.caller.user, *call.record.caller.device,
              wire::Progress{call.record.call, static_cast<std::uint32_t>(ringing->told.size()),
                             static_cast<std::uint32_t>(ringing->ringing.size()), ringing->waiting,
                             time_left(call)},
              call.stored);
}

}  // namespace parley::switchboard
