// The view: what an interface draws, worked out from the state.
#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"
#include "core/phone/phone.hpp"

#include <algorithm>

namespace parley::phone {

using wire::SourceState;

namespace {

SourceView source_view(SourceKind kind, const media::Source& source, bool wanted) {
  SourceView view{.wanted = wanted};
  const auto problem = [kind](media::Trouble trouble) { return media::error_of(kind, trouble); };
  std::visit(Overloaded{
                 [&](const media::Source::Open& open) {
                   const bool silenced = open.silence.believed;
                   const SourceState sent = silenced ? SourceState::silenced : SourceState::on;
                   view.state = wanted ? sent : SourceState::off;
                   view.request = open.request;
                   if (open.compromise) view.problem = problem(*open.compromise);
                   if (silenced) view.problem = problem(media::Trouble::silenced);
                 },
                 [&](const media::Source::Failed& failed) {
                   const SourceState none =
                       source.was_lost() ? SourceState::lost : SourceState::unavailable;
                   view.state = wanted ? none : SourceState::off;
                   view.problem = problem(failed.why);
                 },
                 [&](const media::Source::Opening& opening) {
                   view.opening = true;
                   view.asking = opening.asking;
                   const SourceState not_yet =
                       source.was_lost() ? SourceState::lost : SourceState::opening;
                   view.state = wanted ? not_yet : SourceState::off;
                 },
                 [](const OneOf<media::Source::Closed, media::Source::Abandoned> auto&) {},
             },
             source.state());
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
  SourceView view{.wanted = call.wants.microphone};
  if (uses_media(call.state) && !call.wants.held) {
    view = source_view(SourceKind::microphone, sources_.microphone(), call.wants.microphone);
    view.device = sources_.device_of(SourceKind::microphone);
  }
  view.off_proof = proof_of(call, SourceKind::microphone);
  return view;
}

SourceView Phone::camera_view(const Call& call) const {
  SourceView view{.wanted = call.wants.camera};
  if (uses_media(call.state) && !call.wants.held) {
    view = source_view(SourceKind::camera, sources_.camera(), call.wants.camera);
    if (call.wants.camera) view.device = sources_.device_of(SourceKind::camera);
  }
  view.off_proof = proof_of(call, SourceKind::camera);
  return view;
}

SourceView Phone::screen_view(const Call& call) const {
  SourceView view{.wanted = call.wants.screen};
  view.off_proof = proof_of(call, SourceKind::screen);
  if (connections_of(call.state) == nullptr || call.wants.held) return view;
  using media::Screen;
  std::visit(Overloaded{
                 [&](const Screen::Open& open) {
                   view.state = call.wants.screen ? SourceState::on : SourceState::off;
                   view.request = open.request;
                 },
                 [&](const Screen::Opening&) { view.opening = call.wants.screen; },
                 [&](const Screen::Failed& failed) {
                   view.problem = media::error_of(SourceKind::screen, failed.why);
                 },
                 [](const OneOf<Screen::Closed, Screen::Abandoned> auto&) {},
             },
             sources_.screen().state());
  return view;
}

/// While another device is about to take the other side over, nobody looks at what leaves for it.
Proof Phone::proof_of(const Call& call, SourceKind source) {
  const Connections* connections = connections_of(call.state);
  if (connections == nullptr) return Proof::none;
  if (connections->next && !mutant(Mutant::proof_of_one_connection)) return Proof::none;
  return call.witness.proof(source);
}

SoundHint Phone::sound_hint_of(const Call& call) const {
  const bool talking = std::holds_alternative<Active>(call.state) && !call.wants.held;
  return talking ? sound_watch_.hint() : SoundHint::none;
}

CallView Phone::view_of(const Call& call) const {
  CallView view{.call = call.id,
                .direction = call.direction,
                .peer = call.peer,
                .kind = call.kind,
                .waiting = call.waiting,
                .quiet = call.quiet && std::holds_alternative<Ringing>(call.state),
                .held = call.wants.held,
                .sources = {microphone_view(call), camera_view(call), screen_view(call)},
                .sound_hint = sound_hint_of(call),
                .peer_status = call.statuses.of_peer(),
                .peer_device = call.statuses.peer_device(),
                .quality = quality_view(call)};
  describe(call.state, view);
  return view;
}

View Phone::view() const {
  View view{.session = session_.phase(), .problem = session_.problem(), .me = session_.me()};
  view.presence.items = presence_;
  if (people_changes_ > 0) {
    view.people_changes = people_changes_;
    view.people_ask_within_ms = people_ask_within_ms_;
  }
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
