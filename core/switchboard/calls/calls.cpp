// Requests of the directory, and what the other files of this folder share.
#include "core/switchboard/calls/calls.hpp"

#include "core/base/mutants.hpp"
#include "core/switchboard/legs.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace parley::switchboard {

using wire::CallPhase;
using wire::EndReason;

void Calls::on(const Request& message) {
  std::visit(Overloaded{
                 // The directory answers these.
                 [](const OneOf<wire::Hello, wire::Ack, wire::Ping, wire::Pong, wire::Watch,
                                wire::Leaving> auto&) {},
                 [&](const auto& one) {
                   request(message.session, one);
                   note_speaker(message.session, one.call);
                 },
             },
             message.message);
}

void Calls::refuse(const SessionFacts& session, const Objection& objection, CallId call,
                   std::string detail) {
  directory_.on(Refuse{session.id, call, objection.why, std::move(detail), objection.retry_after});
}

const UserCalls& Calls::calls_of(const UserId& user) const {
  const auto found = users_.find(user);
  return found == users_.end() ? no_calls_ : found->second;
}

void Calls::store(Call& call) {
  call.record.phase = call.record.reason ? CallPhase::ended : phase_of(call.state);
  call.stored = {++context_.last_ticket.value};
  context_.effects->emplace_back(Store{call.stored, call.record});
}

void Calls::set_deadline(Call& call, Duration limit) {
  call.record.deadline_ms = context_.wall_ms(context_.now + limit);
  context_.deadlines.arm(call.record.call, context_.now + limit);
}

/// For how long the present phase may last, where clients wait for its end.
std::optional<std::uint32_t> Calls::time_left(const Call& call) const {
  const CallRecord& record = call.record;
  if (!record.deadline_ms || std::holds_alternative<Active>(call.state)) return std::nullopt;
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(*record.deadline_ms - context_.wall_ms(context_.now), 0,
                               std::numeric_limits<std::uint32_t>::max()));
}

wire::CallSnapshot Calls::snapshot(const Call& call, const SessionFacts& session) const {
  const UserId& user = session.user;
  const CallRecord& record = call.record;
  const Leg& own = own_leg(record, user);
  const Leg& other = other_leg(record, user);
  return {.call = record.call,
          .direction =
              record.caller.user == user ? wire::Direction::outgoing : wire::Direction::incoming,
          .peer = directory_.party(other.user),
          .kind = record.kind,
          .phase = phase_of(call.state),
          .expires_at_ms = record.deadline_ms ? told_ms(session, *record.deadline_ms) : 0,
          .link = record.link,
          .device = own.device,
          .status = own.status,
          .peer_device = other.device,
          .peer_status = other.status,
          .connected_at_ms = record.connected_at_ms};
}

Call* Calls::call_of(const SessionFacts& session, CallId id) {
  if (const auto merged = merged_.find(id); merged != merged_.end()) id = merged->second;
  if (const auto found = calls_.find(id); found != calls_.end()) {
    const CallRecord& record = found->second.record;
    if (record.screened && record.callee.user == session.user) {
      // Blocked while it rang: what this device said has crossed that.
      tell(session,
           wire::Ended{.call = id,
                       .reason = EndReason::declined_elsewhere,
                       .ended_at_ms = context_.wall_ms(context_.now)},
           found->second.stored);
      return nullptr;
    }
    if (in_call(record, session.user) || mutant(Mutant::outsider_obeyed)) {
      return &found->second;
    }
  } else if (const auto over = ended_.find(id); over != ended_.end()) {
    if (over->second.caller == session.user || over->second.callee == session.user) {
      wire::Ended ended = over->second.ended;
      if (over->second.screened && over->second.callee == session.user) {
        ended.reason = EndReason::declined_elsewhere;
      }
      tell(session, ended, over->second.stored);
      return nullptr;
    }
  }
  // The same answer for a call of others as for one that never was.
  refuse(session, Error::unknown_call, id);
  return nullptr;
}

Call* Calls::call_on_device(const SessionFacts& session, CallId id) {
  Call* call = call_of(session, id);
  if (call == nullptr) return nullptr;
  if (has_device(own_leg(call->record, session.user), session.device)) return call;
  refuse(session, Error::unknown_call, id);
  return nullptr;
}

}  // namespace parley::switchboard
