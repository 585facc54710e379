// The quality of calls (core/quality): what is measured when, and what the view says of it.
#include "core/errors/catalogue.hpp"
#include "core/phone/phone.hpp"

#include <algorithm>
#include <string>
#include <variant>

namespace parley::phone {

using wire::SourceState;

namespace {

/// What a side sends by its status.
quality::Expected expected(const std::optional<wire::LegStatus>& status, bool held) {
  if (!status || held) return {};
  return {.sound = status->microphone == SourceState::on,
          .camera = status->camera == SourceState::on};
}

}  // namespace

void Phone::measure_quality(Call& call, const StatsSampled& sample) {
  if (!std::holds_alternative<Active>(call.state)) return call.quality.interrupted();
  const std::optional<wire::LegStatus>& of_peer = call.statuses.of_peer();
  const std::optional<wire::LegStatus>& told = call.statuses.told();
  const bool held = call.wants.held || call.statuses.peer_holds();
  call.quality.sampled(sample,
                       {.receiving = expected(of_peer, held),
                        .sending = expected(told, held),
                        .mobile_here = mobile_data_,
                        .mobile_there = of_peer && of_peer->mobile_data},
                       now_);
  const auto& channels = call.statuses.channels();
  const auto channel =
      std::ranges::find(channels, sample.connection, &StatusExchange::Channel::connection);
  if (channel == channels.end() || !channel->open) return;
  if (const auto report = call.quality.tell(call.id, now_)) {
    effects_->emplace_back(
        SendDirect{sample.connection, json::to_json(wire::DirectMessage{*report})});
  }
}

void Phone::peer_measured(Call& call, PeerConnectionId connection, const wire::Quality& report) {
  const Connections* connections = connections_of(call.state);
  if (connections == nullptr || connections->current.id() != connection) return;
  if (report.call == call.id && call.quality.heard(report, now_)) return;
  effects_->emplace_back(Log{LogLevel::warning, call.id,
                             "quality report: " + std::string(code_of(Error::invalid_field))});
}

std::optional<QualityView> Phone::quality_view(const Call& call) const {
  if (std::holds_alternative<Active>(call.state)) return call.quality.view();
  if (!std::holds_alternative<Reconnecting>(call.state)) return std::nullopt;
  const bool peer_there = call.statuses.peer_device() == wire::PeerDevice::connected;
  const QualitySide other = peer_there ? QualitySide::between : QualitySide::theirs;
  return QualityView{.level = QualityLevel::lost,
                     .cause = QualityCause::gone,
                     .side = session_.answers() ? other : QualitySide::mine,
                     .receiving = {.level = QualityLevel::lost},
                     .sending = {.level = QualityLevel::lost}};
}

}  // namespace parley::phone
