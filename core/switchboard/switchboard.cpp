#include "core/switchboard/switchboard.hpp"

#include "core/base/assert.hpp"
#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"
#include "core/switchboard/state.hpp"
#include "core/switchboard/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::switchboard {

Settings::Settings()
    : ring_limit(kRingLimit), connect_limit(kConnectLimit), media_lease(kMediaLease) {}

Switchboard::Switchboard(Settings settings)
    : state_(std::make_unique<State>(std::move(settings))) {}
Switchboard::~Switchboard() = default;
Switchboard::Switchboard(Switchboard&&) noexcept = default;
Switchboard& Switchboard::operator=(Switchboard&&) noexcept = default;

void Switchboard::handle(const Event& event, Instant now, std::vector<Effect>& effects) {
  state_->handle(event, now, effects);
}

std::optional<Instant> Switchboard::next_deadline() const { return state_->next_deadline(); }

Gauges Switchboard::gauges() const { return state_->gauges(); }

std::string Switchboard::inconsistency() const { return state_->inconsistency(); }

void Switchboard::State::handle(const Event& event, Instant now, std::vector<Effect>& effects) {
  PARLEY_ASSERT(effects_ == nullptr);  // shells feed one event at a time
  now_ = now;
  effects_ = &effects;
  std::visit([this](const auto& e) { on(e); }, event);
  effects_ = nullptr;
}

void Switchboard::State::on(const TimeReached&) {
  while (const auto due = deadlines_.take_due(now_)) {
    std::visit(Overloaded{
                   [this](SocketId connection) {
                     refuse_connection(connection, Error::internal, wire::CloseCode::timed_out);
                   },
                   [this](SessionId id) {
                     if (Session* session = find_session(id)) session_due(*session);
                   },
                   [this](CallId id) { call_due(id); },
                   [this](PeopleNews) { tell_of_people(); },
                   [this](const PretendedRing& due) { pretended_device_rings(due.call); },
                   [this](const PresenceDue& due) { publish_presence(due.user); },
               },
               *due);
  }
}

void Switchboard::State::on(const Draining& event) {
  for (auto& [id, session] : sessions_) {
    if (!session.connection) continue;
    tell_unnumbered(session, wire::Goodbye{Error::server_restarting, event.reconnect_within_ms});
    effects_->emplace_back(Close{*session.connection, wire::CloseCode::restarting});
  }
}

void Switchboard::State::send(SocketId connection, std::string text, StoreTicket after) {
  if (mutant(Mutant::sent_before_stored)) after = {};
  effects_->emplace_back(Send{connection, std::move(text), after});
}

void Switchboard::State::log(LogLevel level, std::string_view event,
                             std::optional<SocketId> connection, std::optional<CallId> call,
                             std::optional<UserId> user, std::string detail) {
  effects_->emplace_back(Log{level, event, connection, call, std::move(user), std::move(detail)});
}

void Switchboard::State::refuse(Session& session, Error why, std::optional<CallId> call,
                                std::optional<std::uint32_t> refers_to, std::string detail,
                                Duration retry_after) {
  log(LogLevel::info, "refused", session.connection, call, session.user,
      std::string(code_of(why)) + (detail.empty() ? "" : " " + detail));
  wire::Refusal refusal{.code = why, .call = call, .refers_to = refers_to};
  if (!refers_to) refusal.refers_to = request_seq_;
  if (!request_type_.empty()) refusal.request = {{std::string(request_type_)}};
  if (!detail.empty()) refusal.detail = {{detail.substr(0, 128)}};
  if (retry_after > Duration{0} && !mutant(Mutant::wait_not_told)) {
    refusal.retry_after_ms = static_cast<std::uint32_t>(retry_after.count());
  }
  tell(session, refusal, last_ticket_);
}

void Switchboard::State::refuse_for(Session& session, const Objection& objection, CallId call) {
  const bool limited = objection.retry_after > Duration{0};
  if (limited && !session.refused.take(now_, kRefusedBurst, kRefusedEvery) &&
      !mutant(Mutant::refused_without_end)) {
    log(LogLevel::warning, "too much too often", session.connection, call, session.user);
    give_up(session, wire::CloseCode::policy_violation);
    return;
  }
  refuse(session, objection.why, call, {}, {}, objection.retry_after);
}

Session* Switchboard::State::find_session(SessionId id) {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : &found->second;
}

Session* Switchboard::State::find_session(const UserId& user, const DeviceId& device) {
  const auto owner = users_.find(user);
  if (owner == users_.end()) return nullptr;
  for (const SessionId id : owner->second.sessions) {
    Session* session = find_session(id);
    if (session != nullptr && session->device == device) return session;
  }
  return nullptr;
}

wire::Party Switchboard::State::party(const UserId& user) const {
  const auto found = users_.find(user);
  return {user, found == users_.end() ? wire::DisplayName{user.text} : found->second.name};
}

}  // namespace parley::switchboard
