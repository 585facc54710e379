// Which calls ring: how often somebody may call who is not answered, whether the callee has a place
// for one more call, and calls of blocked callers, which ring nowhere.
#include "core/base/mutants.hpp"
#include "core/switchboard/calls/calls.hpp"
#include "core/switchboard/legs.hpp"
#include "core/switchboard/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::switchboard {

using wire::EndReason;

// ---- calls in vain ----

/// How long this caller has to wait before this callee's phone may ring again; zero for not at all.
Duration Calls::called_too_often(const UserId& caller, const UserId& callee) {
  if (crossing_invite(caller, callee) != nullptr) return Duration{0};  // they want to talk
  if (mutant(Mutant::calls_in_vain_without_wait)) return Duration{0};
  const auto& attempts = calls_of(caller).attempts;
  const auto found = attempts.find(callee);
  return found == attempts.end() ? Duration{0}
                                 : std::max(Duration{0}, found->second.next - context_.now);
}

/// A call that rang is over without an answer. It counts whoever ended it: a phone that rings for a
/// second and stops is no less of a nuisance. One that was cancelled before
/// anybody can have seen it counts little: how often somebody may call at all bounds it.
void Calls::note_unanswered(const CallRecord& record) {
  if (record.reason == EndReason::unreachable || record.reason == EndReason::failed) return;
  auto& all = users_[record.caller.user].attempts;
  std::erase_if(all,
                [&](const auto& one) { return one.second.next + kAttemptsMemory < context_.now; });
  if (all.size() == kMaxAttempts && !all.contains(record.callee.user)) {
    all.erase(std::ranges::min_element(all, {}, [](const auto& one) { return one.second.next; }));
  }
  const bool known = directory_.regard(record.callee.user, record.caller.user).known;
  const unsigned free = kAttemptWeight * (known ? kFreeAttemptsOfKnown : kFreeAttempts);
  const Duration longest = known ? kLongestWaitOfKnown : kLongestWait;
  Attempts& attempts = all[record.callee.user];
  const bool was_seen = record.reason != EndReason::cancelled ||
                        context_.now - context_.instant_of(record.invited_at_ms) >= kSeenAfter;
  attempts.weight += was_seen ? kAttemptWeight : 1;
  Duration wait{0};
  for (unsigned i = free; i <= attempts.weight && wait < longest; i += kAttemptWeight) {
    wait = std::min(longest, std::max(kFirstWait, wait * 2));
  }
  attempts.next = context_.now + wait;
}

void Calls::forget_attempts(const UserId& caller, const UserId& callee) {
  const auto found = users_.find(caller);
  if (found != users_.end()) found->second.attempts.erase(callee);
}

// ---- places ----

/// A call of somebody unknown that rings here, and could make room.
Call* Calls::ringing_stranger(const UserId& callee) {
  for (const CallId id : calls_of(callee).calls) {
    Call& call = calls_.at(id);
    if (std::holds_alternative<Ringing>(call.state) && call.record.callee.user == callee &&
        !directory_.regard(callee, call.record.caller.user).known) {
      return &call;
    }
  }
  return nullptr;
}

/// Whether another call of this caller can ring. Strangers that ring take no place from somebody
/// known, and also not from somebody known who is blocked: they would notice.
bool Calls::has_place_for(const UserId& callee, const UserId& caller) {
  if (mutant(Mutant::third_caller_rings) || has_free_place(callee)) return true;
  return calls_that_stay(callee) <= kMaxCallsPerUser && directory_.regard(callee, caller).known &&
         ringing_stranger(callee) != nullptr;
}

bool Calls::has_free_place(const UserId& callee) {
  const bool waits = directory_.account(callee).call_waiting;
  return calls_that_stay(callee) < kMaxCallsPerUser && (waits || !is_occupied(callee));
}

/// Calls that were left behind stand in nobody's way.
std::ptrdiff_t Calls::calls_that_stay(const UserId& user) {
  return std::ranges::count_if(calls_of(user).calls,
                               [&](CallId id) { return !gives_way(calls_.at(id), user); });
}

/// Whether a further call waits. Who has left a call behind is not busy with it.
bool Calls::is_occupied(const UserId& callee) { return calls_that_stay(callee) > 0; }

void Calls::make_place_for(const UserId& callee, const UserId& caller) {
  if (has_free_place(callee) || !has_place_for(callee, caller)) return;
  if (Call* stranger = ringing_stranger(callee)) end(*stranger, EndReason::busy, {}, {}, {});
}

// ---- calls that ring nowhere ----

/// Calls that began to ring before their caller was blocked, or before that was known here.
void Calls::on(const RegardChanged& message) {
  const UserId& id = message.user;
  for (const CallId call_id : std::vector(calls_of(id).calls)) {
    Call& call = calls_.at(call_id);
    const auto* ringing = std::get_if<Ringing>(&call.state);
    if (ringing == nullptr || call.record.callee.user != id) continue;
    const Regard regarded = directory_.regard(id, call.record.caller.user);
    if (regarded.blocked) {
      screen(call);
    } else if (directory_.account(id).known_callers_only && !regarded.known &&
               ringing->told.empty() && !call.record.ringing_at_ms) {
      end(call, EndReason::unreachable, {}, {}, {});
    }
  }
}

/// The callee's devices stop ringing; nothing changes for the caller.
void Calls::screen(Call& call) {
  CallRecord& record = call.record;
  UserCalls& callee = users_[record.callee.user];
  record.screened = true;
  std::erase(callee.calls, record.call);
  callee.screened.push_back(record.call);
  store(call);
  const wire::Ended over{.call = record.call,
                         .reason = EndReason::declined_elsewhere,
                         .ended_at_ms = context_.wall_ms(context_.now)};
  for (const SessionFacts* session : directory_.sessions_of(record.callee.user)) {
    if (!is_untold(call.state, session->device)) tell(*session, over, call.stored);
  }
  stop_waiting(record.callee.user);
  if (mutant(Mutant::block_declines)) {
    end(call, EndReason::declined, {}, record.callee.user, {});
    return;
  }
  pretend_to_ring(call);
}

void Calls::unscreen(Call& call) {
  if (!std::exchange(call.record.screened, false)) return;
  UserCalls& callee = users_[call.record.callee.user];
  std::erase(callee.screened, call.record.call);
  callee.calls.push_back(call.record.call);
}

/// Sets the time at which the next device of a screened call would say that it rings.
void Calls::pretend_to_ring(const Call& call) {
  const auto* ringing = std::get_if<Ringing>(&call.state);
  if (!call.record.screened || ringing == nullptr) return;
  if (mutant(Mutant::blocked_call_does_not_ring)) return;
  const auto silent = std::ranges::find_if(ringing->told, [&](const DeviceId& device) {
    return std::ranges::find(ringing->ringing, device) == ringing->ringing.end();
  });
  if (silent == ringing->told.end()) return;
  const SessionFacts* session = directory_.session_of(call.record.callee.user, *silent);
  const auto usual = session == nullptr ? ring_delays_.end() : ring_delays_.find(session->id);
  const Instant at = context_.now + (usual == ring_delays_.end() ? kUsualRingDelay : usual->second);
  if (mutant(Mutant::pretence_moves_the_deadline)) context_.deadlines.arm(call.record.call, at);
  const PretendedRing ring{call.record.call};
  if (!context_.deadlines.armed(ring)) context_.deadlines.arm(ring, at);
}

/// What the caller of a screened call hears when a device rings.
void Calls::due(const PretendedRing& ring) {
  const auto found = calls_.find(ring.call);
  if (found == calls_.end()) return;
  Call& call = found->second;
  auto* ringing = std::get_if<Ringing>(&call.state);
  if (!call.record.screened || ringing == nullptr) return;
  const auto silent = std::ranges::find_if(ringing->told, [&](const DeviceId& device) {
    return std::ranges::find(ringing->ringing, device) == ringing->ringing.end();
  });
  if (silent == ringing->told.end()) return;
  ringing->ringing.push_back(*silent);
  if (!call.record.ringing_at_ms) {
    call.record.ringing_at_ms = context_.wall_ms(context_.now);
    store(call);
  }
  tell_progress(call);
  pretend_to_ring(call);
}

}  // namespace parley::switchboard
