// The view: what an interface draws, worked out from the state.
#include "core/base/overloaded.hpp"
#include "core/phone/phone.hpp"

#include <algorithm>

namespace parley::phone {

using wire::SourceState;

namespace {

SourceView source_view(const media::Source& source, bool wanted) {
  SourceView view{.wanted = wanted};
  std::visit(Overloaded{
                 [&](const media::Open& open) {
                   view.state = wanted ? SourceState::on : SourceState::off;
                   view.request = open.request;
                 },
                 [&](const media::Failed& failed) {
                   view.state = wanted ? SourceState::unavailable : SourceState::off;
                   view.problem = failed.why;
                 },
                 [&](const media::Opening&) { view.opening = true; },
                 [](const OneOf<media::Closed, media::Abandoned> auto&) {},
             },
             source);
  return view;
}

void describe(const CallState& state, CallView& view) {
  std::visit(Overloaded{
                 [&](const Calling& s) {
                   view.phase = Phase::calling;
                   view.devices_told = s.devices_told;
                 },
                 [&](const Ringing& s) {
                   view.phase = Phase::ringing;
                   view.devices_told = s.devices_told;
                   view.devices_ringing = s.devices_ringing;
                 },
                 [&](const Incoming&) { view.phase = Phase::incoming; },
                 [&](const Answering&) { view.phase = Phase::answering; },
                 [&](const Connecting&) { view.phase = Phase::connecting; },
                 [&](const Active& s) {
                   view.phase = Phase::active;
                   view.active_since_ms = ms_of(s.since);
                 },
                 [&](const Reconnecting& s) {
                   view.phase = Phase::reconnecting;
                   view.active_since_ms = ms_of(s.since);
                 },
                 [&](const Elsewhere&) { view.phase = Phase::elsewhere; },
                 [&](const Ended& s) {
                   view.phase = Phase::ended;
                   view.reason = s.reason;
                   view.problem = s.failure;
                   if (s.lasted) view.lasted_ms = s.lasted->count();
                 },
             },
             state);
  if (const Connections* connections = connections_of(state)) {
    view.connection = connections->current.id();
  }
}

}  // namespace

// A call that is over or held sends nothing, whatever the devices do for another one.
SourceView Phone::microphone_view(const Call& call) const {
  if (!uses_media(call.state) || call.held) return {.wanted = call.microphone_wanted};
  return source_view(sources_.microphone(), call.microphone_wanted);
}

SourceView Phone::camera_view(const Call& call) const {
  if (!uses_media(call.state) || call.held) return {.wanted = call.camera_wanted};
  return source_view(sources_.camera(), call.camera_wanted);
}

CallView Phone::view_of(const Call& call) const {
  CallView view{.call = call.id,
                .direction = call.direction,
                .peer = call.peer,
                .kind = call.kind,
                .waiting = call.waiting,
                .held = call.held,
                .microphone = microphone_view(call),
                .camera = camera_view(call),
                .peer_status = call.peer_status,
                .peer_device = call.peer_device};
  describe(call.state, view);
  return view;
}

View Phone::view() const {
  View view{.session = session_.phase(), .problem = session_.problem(), .me = session_.me()};
  view.presence.items = presence_;
  auto& shown = view.calls.items;
  for (const Call& call : calls_) {
    if (call.dismissed) continue;
    shown.push_back(view_of(call));
    if (shown.size() <= kMaxCallsShown) continue;
    // A call that is on must stay in sight, however many were missed since.
    const auto ended = std::ranges::find(shown, Phase::ended, &CallView::phase);
    shown.erase(ended == shown.end() ? shown.begin() : ended);
  }
  return view;
}

}  // namespace parley::phone
