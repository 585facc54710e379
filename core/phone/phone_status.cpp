// This phone's part in the exchange of statuses (status_exchange.hpp): what its own status is, and
// the messages that carry statuses.
#include "core/base/overloaded.hpp"
#include "core/errors/catalogue.hpp"
#include "core/phone/phone.hpp"
#include "core/phone/timers.hpp"

#include <string>
#include <variant>

namespace parley::phone {

using wire::SourceState;

// ---- this side ----

wire::LegStatus Phone::status_of(const Call& call) const {
  // Of a held call, what it will send again: a page that is loaded anew meanwhile goes on with
  // that.
  const auto state = [&](const SourceView& view) {
    return call.wants.held && view.wanted ? SourceState::on : view.state;
  };
  return {.microphone = state(microphone_view(call)),
          .camera = state(camera_view(call)),
          .held = call.wants.held,
          .sharing = screen_view(call).state == SourceState::on,
          .reconnecting = std::holds_alternative<Reconnecting>(call.state),
          .mobile_data = mobile_data_,
          .confirms = call.witness.confirms()};
}

void Phone::settle_status(Call& call) {
  const std::optional<wire::LegStatus> status = call.statuses.tell(status_of(call), now_);
  if (!status) return;
  call.witness.own_said(*status, now_);
  session_.send(wire::Status{call.id, *status}, now_, *effects_);
  for (const StatusExchange::Channel& channel : call.statuses.channels()) {
    if (channel.open) send_status_directly(call, channel.connection);
  }
  look_closely(call);
}

void Phone::send_status_directly(const Call& call, PeerConnectionId connection) {
  const wire::DirectMessage message = wire::Status{call.id, *call.statuses.told()};
  effects_->emplace_back(SendDirect{connection, json::to_json(message)});
}

void Phone::look_closely(Call& call) {
  if (!call.witness.samples_often(now_)) return;
  sample_by(call.state, now_ + sample_interval(call.state, true));
}

// ---- the other side ----

void Phone::peer_status_told(CallId id, const wire::LegStatus& status) {
  Call* call = find(id);
  if (call == nullptr || std::holds_alternative<Ended>(call->state)) return;
  if (call->statuses.told_by_server(status)) peer_status_changed(*call);
}

void Phone::peer_status_changed(Call& call) {
  call.witness.peer_said(*call.statuses.of_peer(), now_);
  look_closely(call);
}

void Phone::on(const DirectOpened& event) {
  Call* call = find(event.connection);
  if (call == nullptr) return;
  advance(*call, event);
  if (!call->statuses.channel_opened(event.connection)) return;
  if (call->statuses.told()) send_status_directly(*call, event.connection);
}

void Phone::on(const DirectReceived& event) {
  Call* call = find(event.connection);
  if (call == nullptr) return;
  const auto message = wire::read_direct_message(event.text);
  if (!message) {
    effects_->emplace_back(Log{LogLevel::warning, call->id,
                               "direct message: " + std::string(code_of(message.error().error))});
    return;
  }
  advance(*call, SignOfLife{event.connection});
  std::visit(
      Overloaded{
          [&](const wire::Status& said) {
            if (call->statuses.heard(event.connection, said.status)) {
              peer_status_changed(*call);
            }
          },
          [&](const wire::Ping&) {
            if (!call->pongs.take(now_, kPongBurst, kPongEvery)) return;
            const wire::DirectMessage pong = wire::Pong{};
            effects_->emplace_back(SendDirect{event.connection, json::to_json(pong)});
          },
          [](const wire::Pong&) {},
          [&](const wire::Quality& report) { peer_measured(*call, event.connection, report); },
      },
      *message);
}

}  // namespace parley::phone
