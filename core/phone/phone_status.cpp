// What the two sides of a call tell each other of themselves: what they send, whether they hold,
// what they can confirm. It goes through the server and, where there is a channel, from device to
// device.
#include "core/base/mutants.hpp"
#include "core/errors/catalogue.hpp"
#include "core/phone/phone.hpp"
#include "core/phone/timers.hpp"

#include <algorithm>
#include <string>
#include <variant>
#include <vector>

namespace parley::phone {

using wire::SourceState;

// ---- this side ----

wire::LegStatus Phone::status_of(const Call& call) const {
  // Of a held call, what it will send again: a page that is loaded anew meanwhile goes on with
  // that.
  const auto state = [&](const SourceView& view) {
    return call.held && view.wanted ? SourceState::on : view.state;
  };
  return {.revision = call.status_revision,
          .microphone = state(microphone_view(call)),
          .camera = state(camera_view(call)),
          .held = call.held,
          .sharing = screen_view(call).state == SourceState::on,
          .reconnecting = std::holds_alternative<Reconnecting>(call.state),
          .mobile_data = mobile_data_,
          .confirms = call.witness.confirms()};
}

void Phone::settle_status(Call& call) {
  wire::LegStatus status = status_of(call);
  const bool again = call.tell_again_at && *call.tell_again_at <= now_;
  if (call.told == status && !again) return;
  call.tell_again_at.reset();
  status.revision = ++call.status_revision;
  call.told = status;
  call.witness.own_said(status, now_);
  session_.send(wire::Status{call.id, status}, *effects_);
  for (const DirectChannel& channel : call.direct) send_status_directly(call, channel.connection);
  look_closely(call);
}

void Phone::tell_again(Call& call, const wire::Refusal& refusal) const {
  if (mutant(Mutant::refused_status_forgotten)) return;
  const Duration wait{refusal.retry_after_ms.value_or(0)};
  call.tell_again_at = now_ + std::max(wait, kTellAgain);
}

void Phone::send_status_directly(const Call& call, PeerConnectionId connection) {
  const wire::DirectMessage message = wire::Status{call.id, *call.told};
  effects_->emplace_back(SendDirect{connection, json::to_json(message)});
}

void Phone::look_closely(Call& call) {
  if (call.witness.samples_often(now_)) sample_by(call.state, now_ + kSampleWhileConnecting);
}

// ---- the other side ----

void Phone::peer_status_told(CallId id, const wire::LegStatus& status) {
  Call* call = find(id);
  if (call == nullptr || std::holds_alternative<Ended>(call->state)) return;
  call->peer_status_told = status;
  // From the server they arrive once and in order; revisions of different devices can't be
  // compared, those of one connection can.
  const DirectChannel* channel = newest_channel(*call);
  if (channel != nullptr && channel->heard && status.revision < channel->heard->revision) return;
  take_peer_status(*call, status);
}

void Phone::take_peer_status(Call& call, const wire::LegStatus& status) {
  call.peer_status = status;
  call.witness.peer_said(status, now_);
  look_closely(call);
}

/// What the joiner said and confirmed went with it. The server has told, or will tell, what the
/// device that stays sends; its own channel may know more.
void Phone::joiner_gone(Call& call) {
  call.witness.forget_peer();
  std::optional<wire::LegStatus> status = call.peer_status_told;
  const DirectChannel* channel = newest_channel(call);
  if (channel != nullptr && channel->heard &&
      (!status || status->revision < channel->heard->revision)) {
    status = channel->heard;
  }
  if (status) take_peer_status(call, *status);
}

Phone::DirectChannel* Phone::newest_channel(Call& call) {
  const std::vector<PeerConnectionId> ids = connection_ids(call.state);
  if (ids.empty()) return nullptr;
  const auto channel = std::ranges::find(call.direct, ids.back(), &DirectChannel::connection);
  return channel == call.direct.end() ? nullptr : &*channel;
}

void Phone::on(const DirectOpened& event) {
  Call* call = find(event.connection);
  if (call == nullptr) return;
  const auto same = [&](const DirectChannel& one) { return one.connection == event.connection; };
  if (std::ranges::any_of(call->direct, same)) return;
  call->direct.push_back({event.connection, {}});
  if (call->told) send_status_directly(*call, event.connection);
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
  const auto channel =
      std::ranges::find(call->direct, event.connection, &DirectChannel::connection);
  if (channel == call->direct.end()) return;
  const wire::LegStatus& status = std::get<wire::Status>(*message).status;
  if (channel->heard && status.revision <= channel->heard->revision) return;
  channel->heard = status;
  // While another device takes the call over, only what that one says is to come.
  if (newest_channel(*call) == &*channel) take_peer_status(*call, status);
}

}  // namespace parley::phone
