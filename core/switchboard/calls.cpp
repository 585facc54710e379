// Who calls whom, and how every call ends.
#include "core/base/overloaded.hpp"
#include "core/switchboard/state.hpp"
#include "core/switchboard/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::switchboard {

using wire::CallPhase;
using wire::EndReason;

namespace {

bool in_call(const Call& call, const UserId& user) {
  return call.record.caller.user == user || call.record.callee.user == user;
}

const Leg& own_leg(const CallRecord& record, const UserId& user) {
  return record.caller.user == user ? record.caller : record.callee;
}

const Leg& other_leg(const CallRecord& record, const UserId& user) {
  return record.caller.user == user ? record.callee : record.caller;
}

void add_once(std::vector<DeviceId>& devices, const DeviceId& device) {
  if (std::ranges::find(devices, device) == devices.end()) devices.push_back(device);
}

}  // namespace

void Switchboard::State::request(Session& session, const wire::Watch& message) {
  watch(session, message);
}

// ---- starting ----

void Switchboard::State::request(Session& session, const wire::Invite& message) {
  if (const auto known = calls_.find(message.call); known != calls_.end()) {
    invite_again(session, known->second);
    return;
  }
  if (const auto over = ended_.find(message.call); over != ended_.end()) {
    if (over->second.caller == session.user) {
      tell(session, over->second.ended, over->second.stored);
    } else {
      refuse(session, Error::call_id_taken, message.call);
    }
    return;
  }
  User& caller = users_[session.user];
  const auto callee = users_.find(message.callee);
  if (message.callee == session.user) {
    refuse(session, Error::calling_oneself, message.call);
  } else if (callee == users_.end()) {
    refuse(session, Error::unknown_user, message.call);
  } else if (!caller.calls.empty()) {
    refuse(session, Error::too_many_calls, message.call);
  } else if (!caller.invites.take(now_, kInviteBurst, kInviteEvery)) {
    refuse(session, Error::rate_limited, message.call);
  } else {
    Call& call = calls_[message.call];
    call.record = {.call = message.call,
                   .caller = {.user = session.user, .device = session.device},
                   .callee = {.user = message.callee},
                   .kind = message.kind,
                   .invited_at_ms = ms_of(now_)};
    caller.calls.push_back(message.call);
    log(LogLevel::info, "invited", session.connection, message.call, session.user);
    if (!callee->second.calls.empty()) {
      callee->second.calls.push_back(message.call);
      end(call, EndReason::busy, {}, {}, {});
    } else {
      callee->second.calls.push_back(message.call);
      ring(call);
    }
  }
}

/// The same invite once more: answered with how far the call is.
void Switchboard::State::invite_again(Session& session, const Call& call) {
  if (call.record.caller.user != session.user || call.record.caller.device != session.device) {
    refuse(session, Error::call_id_taken, call.record.call);
    return;
  }
  if (std::holds_alternative<Ringing>(call.state)) {
    tell_progress(call);
  } else {
    tell(session,
         wire::Accepted{call.record.call, party(call.record.callee.user),
                        *call.record.callee.device},
         call.stored);
  }
}

void Switchboard::State::ring(Call& call) {
  const User& callee = users_[call.record.callee.user];
  if (!is_reachable(callee)) {
    end(call, EndReason::unreachable, {}, {}, {});
    return;
  }
  auto& ringing = call.state.emplace<Ringing>();
  set_deadline(call, settings_.ring_limit);
  store(call);
  const wire::Incoming incoming{call.record.call, party(call.record.caller.user), call.record.kind,
                                *call.record.deadline_ms};
  for (const SessionId id : callee.sessions) {
    Session* session = find_session(id);
    if (session == nullptr) continue;
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
  add_once(ringing->told, session.device);
  add_once(ringing->ringing, session.device);
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
                             static_cast<std::uint32_t>(ringing->ringing.size())},
              call.stored);
}

// ---- answering ----

void Switchboard::State::request(Session& session, const wire::Accept& message) {
  Call* call = call_of(session, message.call);
  if (call == nullptr) return;
  CallRecord& record = call->record;
  if (record.callee.user != session.user) {
    refuse(session, Error::unknown_call, message.call);  // one can't answer one's own call
    return;
  }
  const wire::Accepted to_callee{record.call, party(record.caller.user), *record.caller.device};
  if (!std::holds_alternative<Ringing>(call->state)) {
    if (record.callee.device == session.device) {
      tell(session, to_callee, call->stored);
    } else {
      tell(session,
           wire::Ended{.call = record.call,
                       .reason = EndReason::answered_elsewhere,
                       .ended_at_ms = ms_of(now_)},
           call->stored);
    }
    return;
  }
  call->state = Connecting{};
  record.callee.device = session.device;
  record.phase = CallPhase::connecting;
  record.accepted_at_ms = ms_of(now_);
  set_deadline(*call, settings_.connect_limit);
  store(*call);
  log(LogLevel::info, "accepted", session.connection, record.call, session.user);
  tell(session, to_callee, call->stored);
  tell_device(record.caller.user, *record.caller.device,
              wire::Accepted{record.call, party(record.callee.user), session.device}, call->stored);
  const wire::Ended elsewhere{
      .call = record.call, .reason = EndReason::answered_elsewhere, .ended_at_ms = ms_of(now_)};
  for (const SessionId id : users_[session.user].sessions) {
    Session* other = find_session(id);
    if (other != nullptr && other->id != session.id) tell(*other, elsewhere, call->stored);
  }
}

// ---- ending ----

void Switchboard::State::request(Session& session, const wire::Decline& message) {
  Call* call = call_of(session, message.call);
  if (call == nullptr || call->record.callee.user != session.user) return;
  if (std::holds_alternative<Ringing>(call->state)) {
    end(*call, EndReason::declined, {}, session.user, session.device);
  } else if (call->record.callee.device != session.device) {
    // Answered on another device in the meantime: that call is not this device's to end.
    tell(session,
         wire::Ended{.call = message.call,
                     .reason = EndReason::answered_elsewhere,
                     .ended_at_ms = ms_of(now_)},
         call->stored);
  }
}

void Switchboard::State::request(Session& session, const wire::HangUp& message) {
  Call* call = call_of(session, message.call);
  if (call == nullptr) return;
  const bool caller = call->record.caller.user == session.user;
  if (std::holds_alternative<Ringing>(call->state) && !caller) {
    request(session, wire::Decline{message.call});
    return;
  }
  if (own_leg(call->record, session.user).device != session.device) return;
  EndReason reason = EndReason::completed;
  if (std::holds_alternative<Ringing>(call->state)) reason = EndReason::cancelled;
  if (message.failure) reason = EndReason::failed;
  end(*call, reason, message.failure, session.user, session.device);
}

void Switchboard::State::call_due(CallId id) {
  if (ended_.erase(id) != 0) return;
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;
  Call& call = found->second;
  std::visit(
      Overloaded{
          [&](const Ringing&) { end(call, EndReason::no_answer, {}, {}, {}); },
          [&](const Connecting&) { end(call, EndReason::failed, Error::no_media_path, {}, {}); },
          [](const Active&) {},
      },
      CallState(call.state));
}

void Switchboard::State::end_ringing_unreachable(const UserId& callee) {
  for (const CallId id : std::vector(users_[callee].calls)) {
    Call& call = calls_.at(id);
    if (call.record.callee.user == callee && std::holds_alternative<Ringing>(call.state)) {
      end(call, EndReason::unreachable, {}, {}, {});
    }
  }
}

/// A device will not come back: its calls are over. `abandoned` when the other one is gone too.
void Switchboard::State::end_calls_of_lost_device(const UserId& user, const DeviceId& device) {
  for (const CallId id : std::vector(users_[user].calls)) {
    Call& call = calls_.at(id);
    if (own_leg(call.record, user).device != device) continue;
    const Leg& other = other_leg(call.record, user);
    const Session* peer = other.device ? find_session(other.user, *other.device) : nullptr;
    if (std::holds_alternative<Ringing>(call.state)) {
      end(call, EndReason::cancelled, {}, user, device);
    } else if (peer != nullptr && peer->connection) {
      end(call, EndReason::failed, Error::media_lost, {}, {});
    } else {
      end(call, EndReason::abandoned, {}, {}, {});
    }
  }
}

void Switchboard::State::end(Call& call, EndReason reason, std::optional<Error> failure,
                             std::optional<UserId> ended_by, std::optional<DeviceId> by_device) {
  CallRecord& record = call.record;
  // Only a call that rang has had a deadline; nobody else ever heard of it.
  const bool callee_was_told =
      record.deadline_ms.has_value() || !std::holds_alternative<Ringing>(call.state);
  record.phase = CallPhase::ended;
  record.reason = reason;
  record.failure = failure;
  record.ended_by = ended_by;
  record.ended_at_ms = ms_of(now_);
  record.deadline_ms.reset();
  store(call);
  log(LogLevel::info, "ended", {}, record.call, ended_by,
      std::string(names(reason)[static_cast<std::size_t>(reason)]) +
          (failure ? " " + std::string(code_of(*failure)) : ""));

  const wire::Ended ended{record.call, reason, failure, *record.ended_at_ms,
                          record.connected_at_ms};
  const bool was_ringing = std::holds_alternative<Ringing>(call.state);
  const auto tell_all = [&](const Leg& leg) {
    for (const SessionId id : users_[leg.user].sessions) {
      Session* session = find_session(id);
      if (session == nullptr) continue;
      // Devices that took part learn how it ended; those that only rang stop ringing.
      if (leg.device && session->device != *leg.device) continue;
      wire::Ended own = ended;
      if (reason == EndReason::declined && leg.user == record.callee.user &&
          session->device != by_device) {
        own.reason = EndReason::declined_elsewhere;
      }
      if (leg.device || was_ringing) tell(*session, own, call.stored);
    }
  };
  tell_all(record.caller);
  if (callee_was_told) tell_all(record.callee);

  const CallId id = record.call;
  std::erase(users_[record.caller.user].calls, id);
  std::erase(users_[record.callee.user].calls, id);
  ended_.emplace(id, Tombstone{record.caller.user, record.callee.user, ended, call.stored});
  deadlines_.arm(id, now_ + kEndedMemory);
  calls_.erase(id);
}

// ---- shared ----

void Switchboard::State::store(Call& call) {
  call.stored = {++last_ticket_.value};
  effects_->emplace_back(Store{call.stored, call.record});
}

void Switchboard::State::set_deadline(Call& call, std::optional<Duration> limit) {
  if (limit) {
    call.record.deadline_ms = ms_of(now_ + *limit);
    deadlines_.arm(call.record.call, now_ + *limit);
  } else {
    call.record.deadline_ms.reset();
    deadlines_.disarm(call.record.call);
  }
}

wire::CallSnapshot Switchboard::State::snapshot(const Call& call, const UserId& user) const {
  const CallRecord& record = call.record;
  const bool caller = record.caller.user == user;
  return {.call = record.call,
          .direction = caller ? wire::Direction::outgoing : wire::Direction::incoming,
          .peer = party(other_leg(record, user).user),
          .kind = record.kind,
          .phase = record.phase,
          .expires_at_ms = record.deadline_ms.value_or(0),
          .device = own_leg(record, user).device,
          .peer_device = other_leg(record, user).device,
          .peer_status = other_leg(record, user).status};
}

Call* Switchboard::State::call_of(Session& session, CallId id) {
  if (const auto found = calls_.find(id); found != calls_.end()) {
    if (in_call(found->second, session.user)) return &found->second;
  } else if (const auto over = ended_.find(id); over != ended_.end()) {
    if (over->second.caller == session.user || over->second.callee == session.user) {
      tell(session, over->second.ended, over->second.stored);
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
  if (own_leg(call->record, session.user).device == session.device) return call;
  refuse(session, Error::unknown_call, id);
  return nullptr;
}

}  // namespace parley::switchboard
