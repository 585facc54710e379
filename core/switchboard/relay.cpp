// What the two devices of a call tell each other, and what they tell the server about it.
#include "core/base/overloaded.hpp"
#include "core/switchboard/state.hpp"

#include <utility>

namespace parley::switchboard {

void Switchboard::State::request(Session& session, const wire::Signal& message) {
  // A signal that crosses the end of the call is late, not wrong: no answer is worth a message.
  if (const auto over = ended_.find(message.call); over != ended_.end()) {
    if (over->second.caller == session.user || over->second.callee == session.user) return;
  }
  Call* call = call_on_device(session, message.call);
  if (call == nullptr) return;
  const bool caller = call->record.caller.user == session.user;
  const Leg& to = caller ? call->record.callee : call->record.caller;
  if (to.device != message.to) {
    refuse(session, Error::unknown_call, message.call, {}, "to");
    return;
  }
  tell_device(to.user, *to.device, wire::RelayedSignal{message.call, session.device, message.data},
              call->stored);
}

void Switchboard::State::request(Session& session, const wire::MediaReport& message) {
  Call* call = call_on_device(session, message.call);
  if (call == nullptr || !message.flowing || !std::holds_alternative<Connecting>(call->state)) {
    return;
  }
  call->state = Active{};
  call->record.phase = wire::CallPhase::active;
  call->record.connected_at_ms = ms_of(now_);
  set_deadline(*call, {});
  store(*call);
  log(LogLevel::info, "connected", session.connection, message.call, session.user);
}

void Switchboard::State::request(Session& session, const wire::Status& message) {
  Call* call = call_on_device(session, message.call);
  if (call == nullptr) return;
  const bool caller = call->record.caller.user == session.user;
  Leg& own = caller ? call->record.caller : call->record.callee;
  const Leg& other = caller ? call->record.callee : call->record.caller;
  if (own.status && own.status->revision >= message.status.revision) return;
  own.status = message.status;
  if (other.device) {
    tell_device(other.user, *other.device, wire::PeerStatus{message.call, message.status},
                call->stored);
  }
}

}  // namespace parley::switchboard
