// What is sent in a session, and how much of it other users may cause.
#include "core/base/mutants.hpp"
#include "core/switchboard/directory/directory.hpp"
#include "core/switchboard/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::switchboard {

void Directory::on(const Tell& message) {
  Session* session = find_session(message.to);
  if (session == nullptr) return;
  std::visit(
      [&](const auto& one) {
        if (message.share) {
          tell_noted(*session, one, *message.share, message.after);
        } else {
          tell(*session, one, message.after);
        }
      },
      message.message);
}

void Directory::on(const Remind& message) {
  if (Session* session = find_session(message.session)) session->calls_due = true;
}

// ---- refusals ----

void Directory::on(const Refuse& message) {
  Session* session = find_session(message.to);
  if (session == nullptr) return;
  const bool limited = message.retry_after > Duration{0};
  if (limited && !session->refused.take(context_.now, kRefusedBurst, kRefusedEvery) &&
      !mutant(Mutant::refused_without_end)) {
    context_.log({.what = Happening::refused_too_often,
                  .connection = session->connection,
                  .call = message.call,
                  .user = session->user});
    give_up(*session, wire::CloseCode::policy_violation);
    return;
  }
  refuse(*session, message.why, message.call, {}, message.detail, message.retry_after);
}

void Directory::refuse(Session& session, Error why, std::optional<CallId> call,
                       std::optional<std::uint32_t> refers_to, std::string detail,
                       Duration retry_after) {
  context_.log({.what = Happening::request_refused,
                .connection = session.connection,
                .call = call,
                .user = session.user,
                .detail = std::string(code_of(why)) + (detail.empty() ? "" : " " + detail)});
  wire::Refusal refusal{.code = why, .call = call, .refers_to = refers_to};
  if (!refers_to) refusal.refers_to = request_seq_;
  if (!request_type_.empty()) refusal.request = {{std::string(request_type_)}};
  if (!detail.empty()) refusal.detail = {{detail.substr(0, 128)}};
  if (retry_after > Duration{0} && !mutant(Mutant::wait_not_told)) {
    refusal.retry_after_ms = static_cast<std::uint32_t>(retry_after.count());
  }
  // A refusal for want of time says nothing about any call, and must not wait for the store.
  tell(session, refusal, why == Error::overloaded ? StoreTicket{} : context_.last_ticket);
}

// ---- bounds of what other users cause ----

void Directory::forget_taken(Session& session) {
  const std::uint32_t acknowledged = session.channel.acknowledged();
  std::erase_if(session.relayed, [&](const Relayed& one) { return one.number <= acknowledged; });
  if (session.relayed.empty()) session.relayed = {};
}

/// The unacknowledged messages of a peer are bounded: messages of one user must not end the session
/// of another.
bool Directory::has_room(Session& session, CallId call, std::size_t bytes) const {
  if (mutant(Mutant::peer_fills_session)) return true;
  forget_taken(session);
  std::size_t messages = 1;
  for (const Relayed& one : session.relayed) {
    if (one.call != call) continue;
    ++messages;
    bytes += one.bytes;
  }
  std::size_t most = kMaxRelayedMessages;
  if (call == kNews) most = kMaxNews;
  if (call == kRings && !mutant(Mutant::callers_fill_session)) most = kMaxRings;
  return messages <= most && bytes <= kMaxRelayedBytes;
}

bool Directory::has_room(SessionId id, CallId call, std::size_t bytes) {
  Session* session = find_session(id);
  return session == nullptr || has_room(*session, call, bytes);
}

/// True when the client has acknowledged all messages about the call that other users caused.
bool Directory::has_all(Session& session, CallId call) {
  forget_taken(session);
  return std::ranges::find(session.relayed, call, &Relayed::call) == session.relayed.end();
}

bool Directory::has_all(SessionId id, CallId call) {
  Session* session = find_session(id);
  return session == nullptr || has_all(*session, call);
}

}  // namespace parley::switchboard
