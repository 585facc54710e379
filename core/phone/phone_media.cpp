// The phone's microphone, camera and screen: what the calls want of them, what each connection is
// fed, and what its sound tells.
#include "core/base/mutants.hpp"
#include "core/phone/phone.hpp"
#include "core/phone/timers.hpp"

#include <algorithm>

namespace parley::phone {

// ---- the person ----

void Phone::on(const MicrophoneSwitched& event) {
  Call* call = find(event.call);
  if (call == nullptr) return;
  call->wants.switch_microphone(event.on);
  if (event.on) sources_.try_again(SourceKind::microphone);
}

void Phone::on(const CameraSwitched& event) {
  Call* call = find(event.call);
  if (call == nullptr) return;
  call->wants.camera = event.on;
  if (event.on) sources_.try_again(SourceKind::camera);
}

void Phone::on(const ScreenSwitched& event) {
  Call* call = find(event.call);
  // Only where somebody can see it: the browser's question must not come up for nothing.
  if (call == nullptr || !can_share(*call)) return;
  call->wants.screen = event.on;
}

bool Phone::can_share(const Call& call) {
  return connections_of(call.state) != nullptr && !call.wants.held && !call.statuses.peer_holds();
}

void Phone::on(const DeviceChosen& event) { sources_.chosen(event, now_, *effects_); }

// ---- devices ----

void Phone::on(const DevicesListed& event) { sources_.listed(event, now_); }

void Phone::on(const PermissionChanged& event) { sources_.permission_changed(event); }

void Phone::on(const MediaOpened& event) { sources_.opened(event, now_, *effects_); }

void Phone::on(const MediaFailed& event) {
  effects_->emplace_back(
      Log{LogLevel::warning, std::nullopt,
          "media request failed: " + event.name.value + ": " + event.message.value});
  if (sources_.screen().owns(event.request)) forget_screen();
  sources_.failed(event, now_, *effects_);
}

void Phone::on(const MediaEnded& event) {
  effects_->emplace_back(Log{LogLevel::info, std::nullopt, "a source went away"});
  if (sources_.screen().owns(event.request)) forget_screen();
  sources_.ended(event, now_);
}

void Phone::on(const MediaSilenced& event) { sources_.silenced(event, now_); }

void Phone::forget_screen() {
  for (Call& call : calls_) call.wants.screen = false;
}

void Phone::on(const SoundMeasured& event) {
  const auto* open = std::get_if<media::Source::Open>(&sources_.microphone().state());
  if (open == nullptr || open->request != event.request || !listening_) return;
  listening_->heard_at = now_;
  sound_watch_.measured(event.peak_millionths, listening_->muted);
}

// ---- what follows from the calls ----

void Phone::settle_sources() {
  media::Sources::Wishes wishes;
  for (Call& call : calls_) {
    // A share that is interrupted is over: it must not start again by itself.
    if (!can_share(call)) call.wants.screen = false;
    if (!uses_media(call.state) || call.wants.held) continue;
    wishes.microphone = true;  // a muted microphone stays open: unmuting must be immediate
    wishes.camera = wishes.camera || call.wants.camera;
    wishes.screen = wishes.screen || call.wants.screen;
  }
  sources_.want(wishes, now_, *effects_);
}

/// Looks at the loudness of the microphone while it serves a call that is on.
void Phone::settle_measuring() {
  const auto* open = std::get_if<media::Source::Open>(&sources_.microphone().state());
  const auto talking = std::ranges::find_if(calls_, [](const Call& call) {
    return std::holds_alternative<Active>(call.state) && !call.wants.held;
  });
  if (open == nullptr || talking == calls_.end()) {
    listening_.reset();
    sound_watch_.reset();
    return;
  }
  const bool muted = !talking->wants.microphone;
  const bool same = listening_ && listening_->call == talking->id &&
                    listening_->request == open->request && listening_->muted == muted;
  if (!same) {
    // What was heard is not about this.
    const Instant next = listening_ ? listening_->next_at : now_ + kMeasureInterval;
    listening_ = Listening{talking->id, open->request, muted, next, now_};
    sound_watch_.reset();
  }
  if (listening_->next_at > now_) return;
  listening_->next_at = now_ + kMeasureInterval;
  if (now_ - listening_->heard_at > kDeafAfter) sound_watch_.reset();
  effects_->emplace_back(MeasureSound{open->request});
}

/// What a connection of this call is fed.
FeedConnection Phone::feed_of(const Call& call, PeerConnectionId id) const {
  FeedConnection feed{.connection = id};
  // Before a person has answered nothing is sent. Who answers here sends at once: the server may
  // still prefer another device, and the caller then plays nothing of it.
  const Connections* connections = connections_of(call.state);
  const bool answered = connections != nullptr || std::holds_alternative<Answering>(call.state);
  if (!answered && !mutant(Mutant::sent_while_ringing)) return feed;
  // The device that holds is the one of the current connection; another one that is taking the call
  // over listens.
  const bool is_current = connections != nullptr && connections->current.id() == id;
  const bool peer_holds = is_current && call.statuses.peer_holds();
  const bool held = (call.wants.held || peer_holds) && !mutant(Mutant::held_but_heard);
  if (held) return feed;
  const auto* microphone = std::get_if<media::Source::Open>(&sources_.microphone().state());
  if (microphone != nullptr && !call.wants.microphone_cut) {
    const bool heard = call.wants.microphone || mutant(Mutant::muted_but_heard);
    feed.sent.microphone = heard ? Feed::live : Feed::silent;
    feed.requests.microphone = microphone->request;
  }
  const auto* camera = std::get_if<media::Source::Open>(&sources_.camera().state());
  if (camera != nullptr && call.wants.camera) {
    feed.sent.camera = Feed::live;
    feed.requests.camera = camera->request;
  }
  const auto* screen = std::get_if<media::Screen::Open>(&sources_.screen().state());
  if (screen != nullptr && call.wants.screen) {
    feed.sent.screen = Feed::live;
    feed.requests.screen = screen->request;
  }
  return feed;
}

void Phone::settle_feeds(Call& call) {
  const Connections* connections = connections_of(call.state);
  for (const PeerConnectionId id : connection_ids(call.state)) {
    const FeedConnection feed = feed_of(call, id);
    if (connections != nullptr && id == connections->current.id()) call.witness.fed(feed, now_);
    const auto known = std::ranges::find(call.feeds, id, &FeedConnection::connection);
    if (known == call.feeds.end()) {
      if (connections == nullptr && feed == FeedConnection{.connection = id}) continue;
      call.feeds.push_back(feed);
    } else if (*known == feed) {
      continue;
    } else {
      *known = feed;
    }
    effects_->emplace_back(feed);
  }
}

}  // namespace parley::phone
