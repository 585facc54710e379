// How calls begin: invites, ringing, and two people who call each other at the same moment.
#include "core/base/mutants.hpp"
#include "core/switchboard/calls/calls.hpp"
#include "core/switchboard/calls/glare.hpp"
#include "core/switchboard/legs.hpp"
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

void Calls::request(const SessionFacts& session, const wire::Invite& message) {
  if (const auto merged = merged_.find(message.call); merged != merged_.end()) {
    invite_again(session, calls_.at(merged->second));
  } else if (const auto known = calls_.find(message.call); known != calls_.end()) {
    invite_again(session, known->second);
  } else if (const auto over = ended_.find(message.call); over != ended_.end()) {
    invite_of_ended(session, over->second);
  } else if (const auto verdict = judge(session, message.call);
             verdict != CallIds::Verdict::fresh) {
    if (verdict == CallIds::Verdict::taken) {
      refuse(session, Error::call_id_taken, message.call);
    } else {
      refuse(session, Error::invalid_field, message.call, "call");
    }
  } else if (const auto why = objection(session, message)) {
    refuse(session, *why, message.call);
  } else {
    dial(session, message);
  }
}

/// An id is made by the wall clock as the welcome told it, or as it is now: the clock may have been
/// set since.
CallIds::Verdict Calls::judge(const SessionFacts& session, const CallId& id) const {
  if (mutant(Mutant::call_id_used_twice)) return CallIds::Verdict::fresh;
  const CallIds::Verdict now = call_ids_.judge(id, context_.now + context_.ahead);
  if (now == CallIds::Verdict::fresh || session.told_ahead == context_.ahead) return now;
  const CallIds::Verdict as_told = call_ids_.judge(id, context_.now + session.told_ahead);
  return as_told == CallIds::Verdict::fresh ? as_told : now;
}

/// Everything that speaks against the call is looked at before anything changes.
void Calls::dial(const SessionFacts& session, const wire::Invite& message) {
  Call* on = call_with(session.user, message.callee);
  if (on != nullptr && mutant(Mutant::replaced_before_refused)) {
    end(*on, EndReason::completed, {}, session.user, {});
    on = nullptr;
  }
  if (on != nullptr && !has_left(*on, session)) {
    dialed_while_on(session, *on, message);
    return;
  }
  if (!has_place_to_dial(session.user, on) ||
      !make_way(session.user, on == nullptr ? CallId{} : on->record.call)) {
    refuse(session, Error::too_many_calls, message.call);
    return;
  }
  if (on != nullptr) {
    const bool rings = std::holds_alternative<Ringing>(on->state);
    end(*on, rings ? EndReason::cancelled : EndReason::completed, {}, session.user, {});
  }
  if (Call* crossing = crossing_invite(session.user, message.callee)) {
    merge(session, *crossing, message);
  } else {
    create(session, message);
  }
}

/// Why an invite can't even become a call; nothing if it can.
std::optional<Objection> Calls::objection(const SessionFacts& session,
                                          const wire::Invite& message) {
  if (message.callee == session.user) return Error::calling_oneself;
  // The limit counts before the name is looked up: trying out names must not be free.
  TokenBucket& invites = users_[session.user].invites;
  if (!invites.take(context_.now, kInviteBurst, kInviteEvery)) {
    return Objection{Error::rate_limited, invites.wait(context_.now, kInviteBurst, kInviteEvery)};
  }
  if (context_.overloaded) return Objection{Error::overloaded, kOverloadRetry};
  if (!directory_.is_user(message.callee)) return Error::unknown_user;
  if (const Duration wait = called_too_often(session.user, message.callee); wait > Duration{0}) {
    return Objection{Error::called_too_often, wait};
  }
  return std::nullopt;
}

/// The call that is on between the two, or that the caller has dialled; not one that rings here.
Call* Calls::call_with(const UserId& caller, const UserId& callee) {
  for (const CallId id : calls_of(caller).calls) {
    Call& call = calls_.at(id);
    if (in_call(call.record, callee) && is_on(call, caller)) return &call;
  }
  return nullptr;
}

/// Whether the dialing person's device in this call is gone: its session is, its page said goodbye,
/// or it is the very device that dials, loaded anew and without a word about the call.
bool Calls::has_left(const Call& call, const SessionFacts& dialing) {
  if (mutant(Mutant::any_dial_ends_call)) return true;
  const Leg& leg = own_leg(call.record, dialing.user);
  const auto is_here = [&](const std::optional<DeviceId>& device) {
    if (!device) return false;
    const SessionFacts* session = directory_.session_of(dialing.user, *device);
    if (session == nullptr) return is_there(call, dialing.user, *device);
    if (session->device != dialing.device) return !session->leaving;
    return std::ranges::any_of(call.attendance, [&](const Attendance& one) {
      return one.user == dialing.user && one.device == *device && one.spoke_in == session->id;
    });
  };
  return std::ranges::none_of(devices_of(leg), is_here);
}

/// The two are in a call already, at devices that are there: that one stands.
void Calls::dialed_while_on(const SessionFacts& session, Call& call, const wire::Invite& message) {
  const CallRecord& record = call.record;
  const bool here = has_device(own_leg(record, session.user), session.device);
  if (std::holds_alternative<Connecting>(call.state) && record.callee.user == session.user &&
      !record.merged) {
    // The two invites crossed, and an answer came in between.
    call_ids_.use(message.call, context_.now + context_.ahead);
    merged_.emplace(message.call, record.call);
    call.record.merged = {message.call, session.device};
    directory_.on(BecameKnown{session.user, message.callee});
    store(call);
    tell(session, wire::Merged{message.call, record.call}, call.stored);
    if (here) {
      tell_linked_again(session, call);
    } else {
      tell_answered_elsewhere(session, call);
    }
    return;
  }
  refuse(session, Error::too_many_calls, message.call);
  if (here || std::holds_alternative<Ringing>(call.state)) return;
  tell(session, wire::Elsewhere{snapshot(call, session)}, call.stored);
}

/// Calls that only ring here don't count: others must not be able to keep a person from dialing.
/// Nor does one that was left behind, or is about to be replaced.
bool Calls::has_place_to_dial(const UserId& user, const Call* replaced) {
  const auto counts = [&](CallId id) {
    const Call& call = calls_.at(id);
    return is_on(call, user) && &call != replaced && !gives_way(call, user);
  };
  return std::ranges::count_if(calls_of(user).calls, counts) < kMaxCallsPerUser;
}

/// The same invite once more: answered with how far the call is.
void Calls::invite_again(const SessionFacts& session, Call& call) {
  const CallRecord& record = call.record;
  const Leg* own = nullptr;
  if (record.caller.user == session.user) own = &record.caller;
  if (record.merged && record.callee.user == session.user) own = &record.callee;
  if (own != nullptr && own == &record.callee && record.merged->device == session.device &&
      !has_device(*own, session.device)) {
    tell(session, wire::Merged{record.merged->call, record.call}, call.stored);
    tell_answered_elsewhere(session, call);
    return;
  }
  if (own == nullptr || own->device != session.device) {
    refuse(session, Error::call_id_taken, record.call);
    return;
  }
  if (std::holds_alternative<Ringing>(call.state)) {
    tell(session, progress(call), call.stored);
    return;
  }
  if (own == &record.callee) {
    tell(session, wire::Merged{record.merged->call, record.call}, call.stored);
  }
  tell_linked_again(session, call);
}

void Calls::invite_of_ended(const SessionFacts& session, const Tombstone& over) {
  // Also the callee's, whose own invite may have become part of that call.
  if (over.caller == session.user || (over.callee == session.user && !over.screened)) {
    tell(session, over.ended, over.stored);
  } else {
    refuse(session, Error::call_id_taken, over.ended.call);
  }
}

Call* Calls::crossing_invite(const UserId& caller, const UserId& callee) {
  if (mutant(Mutant::glare_keeps_both)) return nullptr;
  const UserCalls& user = calls_of(caller);
  for (const std::vector<CallId>* calls : {&user.calls, &user.screened}) {
    for (const CallId id : *calls) {
      Call& call = calls_.at(id);
      if (std::holds_alternative<Ringing>(call.state) && call.record.caller.user == callee &&
          call.record.callee.user == caller) {
        return &call;
      }
    }
  }
  return nullptr;
}

/// Both want to talk: the two invites become one call without another press on either device.
void Calls::merge(const SessionFacts& session, Call& crossing, const wire::Invite& message) {
  call_ids_.use(message.call, context_.now + context_.ahead);
  unscreen(crossing);  // who dials somebody wants to talk to them
  directory_.on(BecameKnown{session.user, message.callee});
  bool first_stands = stands(crossing.record.call, message.call, context_.settings.glare_key);
  if (mutant(Mutant::lower_invite_stands)) first_stands = crossing.record.call < message.call;
  if (mutant(Mutant::first_invite_stands)) first_stands = true;
  if (first_stands) {
    merged_.emplace(message.call, crossing.record.call);
    crossing.record.merged = {message.call, session.device};
    connect(crossing, session.device);
    return;
  }
  // The later invite stands: its record takes the place of the other's.
  const CallRecord replaced = crossing.record;
  const Instant unheard_since = crossing.caller_unheard_since;
  const std::uint32_t warm_links = crossing.warm_links;
  std::erase(users_[replaced.caller.user].calls, replaced.call);
  std::erase(users_[replaced.callee.user].calls, replaced.call);
  context_.deadlines.disarm(replaced.call);
  calls_.erase(replaced.call);

  Call& call = calls_[message.call];
  call.record = {.call = message.call,
                 .caller = {.user = session.user, .device = session.device},
                 .callee = {.user = message.callee},
                 .kind = message.kind,
                 .invited_at_ms = replaced.invited_at_ms,
                 .merged = MergedInvite{replaced.call, *replaced.caller.device}};
  call.callee_unheard_since = unheard_since;
  call.warm_links = warm_links;  // signals of those are out of date
  merged_.emplace(replaced.call, message.call);
  users_[session.user].calls.push_back(message.call);
  users_[message.callee].calls.push_back(message.call);
  connect(call, *replaced.caller.device, replaced.call);
}

/// The caller's devices ring for an invite that became part of this call, or will when they come
/// back.
void Calls::stop_ringing(const Call& call, CallId replaced) {
  for (const SessionFacts* session : directory_.sessions_of(call.record.caller.user)) {
    stop_ringing(*session, call, replaced);
  }
}

void Calls::stop_ringing(const SessionFacts& session, const Call& call, CallId replaced) {
  if (session.device == call.record.caller.device) {
    tell(session, wire::Merged{replaced, call.record.call}, call.stored);
  } else {
    tell(session,
         wire::Ended{.call = replaced,
                     .reason = EndReason::answered_elsewhere,
                     .ended_at_ms = context_.wall_ms(context_.now)},
         call.stored);
  }
}

void Calls::create(const SessionFacts& session, const wire::Invite& message) {
  call_ids_.use(message.call, context_.now + context_.ahead);
  const AccountFacts account = directory_.account(message.callee);
  const Regard regarded = directory_.regard(message.callee, session.user);
  // Whom somebody knows is told before their first device is here: until then nobody is turned
  // away.
  const bool undecided = !account.relations_loaded &&
                         context_.now < context_.settings.returning_until &&
                         !mutant(Mutant::known_caller_turned_away);
  const bool turned_away = account.known_callers_only && !regarded.known && !undecided &&
                           !mutant(Mutant::stranger_rings);
  if (!regarded.blocked && !turned_away) make_place_for(message.callee, session.user);
  const bool has_place = has_place_for(message.callee, session.user);
  const bool waits = is_occupied(message.callee);
  directory_.on(BecameKnown{session.user, message.callee});
  forget_attempts(message.callee, session.user);
  Call& call = calls_[message.call];
  call.record = {.call = message.call,
                 .caller = {.user = session.user, .device = session.device},
                 .callee = {.user = message.callee},
                 .kind = message.kind,
                 .invited_at_ms = context_.wall_ms(context_.now)};
  call.caller_warms = message.warm.value_or(false);
  const bool blocked = regarded.blocked && !mutant(Mutant::blocked_caller_rings);
  call.record.screened = blocked || turned_away;
  users_[session.user].calls.push_back(message.call);
  UserCalls& callee = users_[message.callee];
  (call.record.screened ? callee.screened : callee.calls).push_back(message.call);
  context_.log({.what = Happening::call_invited,
                .connection = session.connection,
                .call = message.call,
                .user = session.user,
                .to = wire::CallPhase::ringing});
  if (turned_away) {
    // Like somebody who is not there: that is how a stranger sees this person anyway.
    end(call, EndReason::unreachable, {}, {}, {});
  } else if (!has_place) {
    end(call, EndReason::busy, {}, {}, {});
  } else if (directory_.is_reachable(message.callee)) {
    ring(call, waits);
  } else if (context_.now < context_.settings.returning_until) {
    ring(call, waits);  // whoever comes back in time
    const Instant rings_until =
        context_.instant_of(call.record.deadline_ms.value_or(context_.wall_ms(context_.now)));
    context_.deadlines.arm(message.call, std::min(rings_until, context_.settings.returning_until));
  } else {
    end(call, EndReason::unreachable, {}, {}, {});
  }
}

void Calls::ring(Call& call, bool waiting) {
  call.state.emplace<Ringing>(Ringing{.told = {}, .ringing = {}, .waiting = waiting});
  set_deadline(call, context_.settings.ring_limit);
  if (mutant(Mutant::ring_limit_not_armed)) context_.deadlines.disarm(call.record.call);
  store(call);
  for (const SessionFacts* session : directory_.sessions_of(call.record.callee.user)) {
    if (session->can_call) ring_at(*session, call);
  }
  tell_progress(call);
  pretend_to_ring(call);
}

/// A session with too many unacknowledged calls gets the `incoming` message once it has
/// acknowledged: many callers together must not fill it.
void Calls::ring_at(const SessionFacts& session, Call& call) {
  auto& ringing = std::get<Ringing>(call.state);
  if (!directory_.has_room(session.id, kRings, 0)) {
    add_once(ringing.untold, session.device);
    directory_.on(Remind{session.id});
    return;
  }
  if (session.connection) add_once(ringing.told, session.device);
  if (call.record.screened) return;
  const wire::Incoming incoming{.call = call.record.call,
                                .caller = directory_.party(call.record.caller.user),
                                .kind = call.record.kind,
                                .waiting = ringing.waiting,
                                .expires_at_ms = told_ms(session, *call.record.deadline_ms)};
  tell(session, incoming, call.stored, Tell::Share{kRings});
}

bool Calls::is_untold(const CallState& state, const DeviceId& device) {
  const auto* ringing = std::get_if<Ringing>(&state);
  return ringing != nullptr && std::ranges::find(ringing->untold, device) != ringing->untold.end();
}

/// A snapshot in a welcome makes a device ring, too: on a new page, and for calls that found no
/// room in the session.
void Calls::note_rings_told(const SessionFacts& session, bool page_is_new) {
  if (!session.can_call) return;
  const UserCalls& user = calls_of(session.user);
  for (const std::vector<CallId>* calls : {&user.calls, &user.screened}) {
    for (const CallId id : *calls) {
      Call& call = calls_.at(id);
      auto* ringing = std::get_if<Ringing>(&call.state);
      if (ringing == nullptr || call.record.callee.user != session.user) continue;
      const bool was_untold = std::erase(ringing->untold, session.device) > 0;
      if (!page_is_new && !was_untold) continue;
      if (page_is_new) {
        std::erase(ringing->failed, session.device);
        ringing->quiet = false;
      }
      if (std::ranges::find(ringing->told, session.device) == ringing->told.end()) {
        ringing->told.push_back(session.device);
        tell_progress(call);
        pretend_to_ring(call);
      }
    }
  }
}

void Calls::request(const SessionFacts& session, const wire::Ringing& message) {
  Call* call = call_of(session, message.call);
  if (call == nullptr || call->record.callee.user != session.user) return;
  auto* ringing = std::get_if<Ringing>(&call->state);
  if (ringing == nullptr) return;
  const bool warms = message.warm.value_or(false);
  if (std::ranges::find(ringing->ringing, session.device) != ringing->ringing.end()) {
    if (warms) warm_up(session, *call);  // its page may be a new one
    return;
  }
  std::erase(ringing->failed, session.device);  // it can ring after all
  std::erase(ringing->untold, session.device);
  add_once(ringing->told, session.device);
  ringing->ringing.push_back(session.device);
  if (const Duration took = context_.now - context_.instant_of(call->record.invited_at_ms);
      took <= kLongestRingDelay) {
    ring_delays_[session.id] = took;
  }
  if (!call->record.ringing_at_ms) {
    call->record.ringing_at_ms = context_.wall_ms(context_.now);
    store(*call);
  }
  tell_progress(*call);
  if (warms) warm_up(session, *call);
}

wire::Progress Calls::progress(const Call& call) const {
  const auto& ringing = std::get<Ringing>(call.state);
  return {call.record.call,
          static_cast<std::uint32_t>(ringing.told.size()),
          static_cast<std::uint32_t>(ringing.ringing.size()),
          ringing.waiting,
          time_left(call),
          ringing.quiet};
}

/// Devices that come, ring and give up in turns are told of now and then: the next word says all.
void Calls::tell_progress(Call& call) {
  auto* ringing = std::get_if<Ringing>(&call.state);
  if (ringing == nullptr) return;
  if (!ringing->progresses.take(context_.now, kProgressBurst, kProgressEvery)) return;
  relay(call.record.caller.user, *call.record.caller.device, progress(call), 0, call.stored);
}

/// Whether a person could answer at the device of this session.
bool Calls::may_answer(const Call& call, const SessionFacts& session) const {
  const auto* ringing = std::get_if<Ringing>(&call.state);
  return ringing != nullptr &&
         std::ranges::find(ringing->failed, session.device) == ringing->failed.end();
}

/// Devices of the callee came, went, or fell silent. A call that has rung rings on until its limit,
/// for as long as one of them may come back: a page that stands still looks like one that is gone.
void Calls::settle_ringing(const UserId& callee) {
  const bool returning = context_.now < context_.settings.returning_until;
  const UserCalls& own = calls_of(callee);
  std::vector<CallId> calls = own.calls;
  calls.insert(calls.end(), own.screened.begin(), own.screened.end());
  for (const CallId id : calls) {
    Call& call = calls_.at(id);
    auto* ringing = std::get_if<Ringing>(&call.state);
    if (ringing == nullptr || call.record.callee.user != callee) continue;
    bool anybody = returning;
    bool quiet = true;
    for (const SessionFacts* session : directory_.sessions_of(callee)) {
      if (!may_answer(call, *session)) continue;
      anybody = true;
      if (session->connection || context_.now - session->last_heard < kPresenceGrace) quiet = false;
    }
    const bool rang = call.record.ringing_at_ms && !mutant(Mutant::quiet_is_gone);
    if (!anybody || (quiet && !rang && !returning)) {
      const bool failed = ringing->failure && !ringing->failed.empty();
      const EndReason gone = rang ? EndReason::no_answer : EndReason::unreachable;
      end(call, failed ? EndReason::failed : gone, failed ? ringing->failure : std::nullopt, {},
          {});
    } else if (ringing->quiet != quiet) {
      ringing->quiet = quiet;
      tell_progress(call);
    }
  }
}

/// A device that rings can't go on. It speaks for itself, not for the person.
void Calls::give_up_ringing(const SessionFacts& session, Call& call, Error failure) {
  auto& ringing = std::get<Ringing>(call.state);
  const CallRecord& record = call.record;
  std::erase(ringing.ringing, session.device);
  const bool was_told = std::erase(ringing.told, session.device) > 0;
  add_once(ringing.failed, session.device);
  ringing.failure = failure;
  const bool others =
      std::ranges::any_of(directory_.sessions_of(record.callee.user),
                          [&](const SessionFacts* other) { return may_answer(call, *other); });
  if (!others && context_.now >= context_.settings.returning_until) {
    end(call, EndReason::failed, failure, session.user, session.device);
    return;
  }
  tell(session,
       wire::Ended{.call = record.call,
                   .reason = EndReason::failed,
                   .failure = failure,
                   .ended_at_ms = context_.wall_ms(context_.now)},
       call.stored);
  if (was_told) tell_progress(call);
  settle_ringing(record.callee.user);
}

/// The session of a device that gave up is gone: should the device come back, it rings again.
void Calls::forget_ringing(const UserId& callee, const DeviceId& device) {
  for (const CallId id : calls_of(callee).calls) {
    Call& call = calls_.at(id);
    if (auto* ringing = std::get_if<Ringing>(&call.state)) std::erase(ringing->failed, device);
  }
}

}  // namespace parley::switchboard
