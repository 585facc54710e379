#include "core/phone/phone.hpp"

#include "core/base/assert.hpp"
#include "core/base/overloaded.hpp"
#include "core/phone/timers.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace parley::phone {

using wire::Direction;
using wire::MediaKind;
using wire::SourceState;

namespace {

constexpr std::array<std::string_view, std::variant_size_v<CallState>> kStateNames{
    "calling", "ringing", "incoming", "answering", "connecting", "active", "reconnecting", "ended"};

std::string_view name_of(const CallState& state) { return kStateNames[state.index()]; }

bool is_over(const CallState& state) { return std::holds_alternative<Ended>(state); }

std::optional<PeerConnectionId> connection_id(const CallState& state) {
  const Connection* connection = connection_of(state);
  return connection == nullptr ? std::nullopt : std::optional(connection->id());
}

}  // namespace

void Phone::handle(const Event& event, Instant now, std::vector<Effect>& effects) {
  PARLEY_ASSERT(effects_ == nullptr);  // shells feed one event at a time
  now_ = now;
  effects_ = &effects;
  std::visit([this](const auto& e) { on(e); }, event);
  settle();
  effects_ = nullptr;
}

std::optional<Instant> Phone::next_deadline() const {
  std::optional<Instant> next = session_.deadline();
  for (const Call& call : calls_) {
    const auto due = deadline(call.state);
    if (due && (!next || *due < *next)) next = due;
  }
  return next;
}

// ---- session ----

void Phone::on(const SignedIn& event) { session_.sign_in(event, now_, *effects_); }

void Phone::on(const SignedOut&) {
  for (Call& call : calls_) advance(call, HangUpPressed{call.id});
  calls_.clear();
  people_shown_.clear();
  presence_.clear();
  session_.sign_out(*effects_);
}

void Phone::on(const SocketOpened& event) { session_.socket_opened(event, now_, *effects_); }
void Phone::on(const SocketClosed& event) { session_.socket_closed(event, now_, *effects_); }
void Phone::on(const NetworkChanged&) { session_.network_changed(now_, *effects_); }

void Phone::on(const FrameReceived& event) {
  if (const auto message = session_.frame_received(event, now_, *effects_)) server_said(*message);
}

void Phone::on(const TimeReached& event) {
  session_.time_reached(now_, *effects_);
  for (Call& call : calls_) {
    const auto due = deadline(call.state);
    if (due && *due <= now_) advance(call, event);
  }
}

void Phone::on(const PeopleShown& event) {
  people_shown_ = event.users.items;
  std::erase_if(presence_, [&](const PresenceView& entry) {
    return std::ranges::find(people_shown_, entry.user) == people_shown_.end();
  });
  session_.send(wire::Watch{{people_shown_}}, *effects_);
}

// ---- the person ----

void Phone::on(const Dialed& event) {
  // One call in front: a second press, on the same name or another, does not start a second call.
  const bool on_the_phone = std::ranges::any_of(calls_, [](const Call& call) {
    return !is_over(call.state) && !std::holds_alternative<Incoming>(call.state);
  });
  if (on_the_phone || find(event.call) != nullptr) return;
  for (Call& call : calls_) call.dismissed = call.dismissed || is_over(call.state);
  add_call({.id = event.call,
            .direction = Direction::outgoing,
            .peer = event.callee,
            .kind = event.kind,
            .camera_wanted = event.kind == MediaKind::video,
            .state = Calling{now_ + kInviteLimit}});
  session_.send(wire::Invite{event.call, event.callee.user, event.kind}, *effects_);
}

void Phone::on(const AnswerPressed& event) {
  Call* call = find(event.call);
  if (call == nullptr || !std::holds_alternative<Incoming>(call->state)) return;
  call->camera_wanted = event.kind == MediaKind::video;
  advance(*call, event);
}

void Phone::on(const Dismissed& event) {
  if (Call* call = find(event.call); call != nullptr && is_over(call->state))
    call->dismissed = true;
}

void Phone::on(const MicrophoneSwitched& event) {
  Call* call = find(event.call);
  if (call == nullptr) return;
  call->microphone_wanted = event.on;
  if (event.on) sources_.try_again(MediaKind::audio);
}

void Phone::on(const CameraSwitched& event) {
  Call* call = find(event.call);
  if (call == nullptr) return;
  call->camera_wanted = event.on;
  if (event.on) sources_.try_again(MediaKind::video);
}

// ---- devices ----

void Phone::on(const MediaOpened& event) { sources_.opened(event, *effects_); }

void Phone::on(const MediaFailed& event) {
  effects_->emplace_back(
      Log{LogLevel::warning, std::nullopt,
          "media request failed: " + event.name.value + ": " + event.message.value});
  sources_.failed(event, *effects_);
}

void Phone::on(const MediaEnded& event) { sources_.ended(event); }

// ---- calls ----

template <class CallEvent>
  requires requires(const CallEvent& event) { event.call; }
void Phone::on(const CallEvent& event) {
  if (Call* call = find(event.call)) advance(*call, event);
}

template <class ConnectionEvent>
  requires requires(const ConnectionEvent& event) { event.connection; }
void Phone::on(const ConnectionEvent& event) {
  for (Call& call : calls_) {
    if (connection_id(call.state) == event.connection) {
      advance(call, event);
      return;
    }
  }
}

template <class CallEvent>
void Phone::advance(Call& call, const CallEvent& event) {
  const auto connection_before = connection_id(call.state);
  const std::string_view state_before = name_of(call.state);
  const CallContext context{
      .now = now_,
      .call = call.id,
      .direction = call.direction,
      .next_connection = {connections_ + 1},
      .ice_servers = session_.ice_servers(),
      .peer_is_silent = call.peer_status && call.peer_status->microphone != SourceState::on,
      .online = session_.online(),
  };
  Step step = phone::on(std::move(call.state), event, context);
  call.state = std::move(step.next);
  const auto connection_after = connection_id(call.state);
  if (connection_after == context.next_connection) ++connections_;
  if (!step.why.empty()) {
    std::string text(state_before);
    text.append("→").append(name_of(call.state)).append(": ").append(step.why);
    effects_->emplace_back(Log{LogLevel::info, call.id, std::move(text)});
  }
  for (Effect& effect : step.effects) effects_->push_back(std::move(effect));
  if (connection_before && connection_before != connection_after) {
    effects_->emplace_back(CloseConnection{*connection_before});
    call.feed.reset();
  }
  for (const wire::ClientMessage& message : step.messages) session_.send(message, *effects_);
}

Phone::Call* Phone::find(CallId id) {
  const auto found = std::ranges::find(calls_, id, &Call::id);
  return found == calls_.end() ? nullptr : &*found;
}

void Phone::add_call(Call call) {
  if (calls_.size() == kMaxCalls) {
    const auto oldest_ended =
        std::ranges::find_if(calls_, [](const Call& c) { return is_over(c.state); });
    if (oldest_ended == calls_.end()) return;
    calls_.erase(oldest_ended);
  }
  calls_.push_back(std::move(call));
}

void Phone::forget_settled_calls() {
  std::erase_if(calls_, [](const Call& call) {
    const auto* ended = std::get_if<Ended>(&call.state);
    return ended != nullptr && call.dismissed && !ended->unconfirmed;
  });
}

// ---- what the server says ----

void Phone::server_said(const wire::ServerMessage& message) {
  const auto to_call = [this](const auto& event) {
    if (Call* call = find(event.call)) advance(*call, event);
  };
  std::visit(
      Overloaded{
          [this](const wire::Welcome& welcome) { welcomed(welcome); },
          [this](const wire::Presence& presence) { presence_told(presence); },
          [this](const wire::Incoming& call) {
            incoming(call.call, call.caller, call.kind, call.expires_at_ms);
          },
          [&](const wire::Progress& event) { to_call(event); },
          [&](const wire::Accepted& event) { to_call(event); },
          [&](const wire::Ended& event) {
            if (Call* call = find(event.call)) {
              const bool was_live = connection_of(call->state) != nullptr;
              advance(*call, event);
              if (was_live) effects_->emplace_back(PlayTone{Tone::ended});
            }
          },
          [&](const wire::RelayedSignal& event) { to_call(event); },
          [this](const wire::PeerStatus& event) { peer_status_told(event.call, event.status); },
          [this](const wire::Refusal& event) {
            effects_->emplace_back(
                Log{LogLevel::warning, event.call, "refused: " + std::string(code_of(event.code))});
            if (!event.call) return;
            if (Call* call = find(*event.call)) advance(*call, event);
          },
          [](const OneOf<wire::Ack, wire::Ping, wire::Pong, wire::Goodbye> auto&) {},
      },
      message);
}

void Phone::welcomed(const wire::Welcome& welcome) {
  for (Call& call : calls_) {
    Reconciled event{
        .snapshot = {}, .resumed = welcome.resumed, .invite = {call.id, call.peer.user, call.kind}};
    const auto found = std::ranges::find(welcome.calls.items, call.id, &wire::CallSnapshot::call);
    if (found != welcome.calls.items.end()) {
      event.snapshot = *found;
      event.elsewhere = found->device && found->device != session_.device();
    }
    advance(call, event);
  }
  for (const wire::CallSnapshot& snapshot : welcome.calls.items) {
    if (snapshot.direction == Direction::incoming && snapshot.phase == wire::CallPhase::ringing) {
      incoming(snapshot.call, snapshot.peer, snapshot.kind, snapshot.expires_at_ms);
    }
  }
  if (welcome.resumed) return;
  for (Call& call : calls_) call.told.revision = 0;  // nothing said in the old session counts
  if (!people_shown_.empty()) session_.send(wire::Watch{{people_shown_}}, *effects_);
}

void Phone::incoming(CallId id, const wire::Party& caller, MediaKind kind,
                     std::int64_t expires_at_ms) {
  const Instant expires_at = session_.local_time(expires_at_ms);
  if (find(id) != nullptr || expires_at <= now_) return;  // known, or too late to ring
  add_call({.id = id,
            .direction = Direction::incoming,
            .peer = caller,
            .kind = kind,
            .camera_wanted = false,
            .state = Incoming{expires_at}});
  session_.send(wire::Ringing{id}, *effects_);
}

void Phone::presence_told(const wire::Presence& presence) {
  for (const wire::PersonPresence& person : presence.people.items) {
    if (std::ranges::find(people_shown_, person.user) == people_shown_.end()) continue;
    const auto known = std::ranges::find(presence_, person.user, &PresenceView::user);
    if (known == presence_.end()) {
      presence_.push_back({person.user, person.online});
    } else {
      known->online = person.online;
    }
  }
}

void Phone::peer_status_told(CallId id, const wire::LegStatus& status) {
  Call* call = find(id);
  if (call == nullptr || is_over(call->state)) return;
  if (call->peer_status && call->peer_status->revision >= status.revision) return;
  call->peer_status = status;
}

// ---- what follows from the calls ----

void Phone::settle() {
  forget_settled_calls();
  settle_sources();
  for (Call& call : calls_) {
    if (connection_of(call.state) == nullptr) continue;
    settle_status(call);
    settle_feed(call);
  }
  settle_tone();
}

void Phone::settle_sources() {
  bool microphone = false;
  bool camera = false;
  for (const Call& call : calls_) {
    if (!uses_media(call.state)) continue;
    microphone = true;  // a muted microphone stays open: unmuting must be immediate
    camera = camera || call.camera_wanted;
  }
  sources_.want(microphone, camera, *effects_);
}

void Phone::settle_feed(Call& call) {
  FeedConnection feed{.connection = connection_of(call.state)->id()};
  if (const auto* open = std::get_if<media::Open>(&sources_.microphone())) {
    feed.microphone = call.microphone_wanted ? Feed::live : Feed::silent;
    feed.microphone_request = open->request;
  }
  if (const auto* open = std::get_if<media::Open>(&sources_.camera()); open && call.camera_wanted) {
    feed.camera = Feed::live;
    feed.camera_request = open->request;
  }
  if (call.feed == feed) return;
  call.feed = feed;
  effects_->emplace_back(feed);
}

void Phone::settle_status(Call& call) {
  wire::LegStatus status{.revision = call.told.revision,
                         .microphone = microphone_view(call).state,
                         .camera = camera_view(call).state};
  if (status == call.told && status.revision != 0) return;
  ++status.revision;
  call.told = status;
  session_.send(wire::Status{call.id, status}, *effects_);
}

void Phone::settle_tone() {
  Tone tone = Tone::none;
  for (const Call& call : calls_) {
    if (std::holds_alternative<Ringing>(call.state)) tone = Tone::ringback;
    if (std::holds_alternative<Incoming>(call.state)) tone = Tone::ringtone;
  }
  if (tone == tone_) return;
  tone_ = tone;
  effects_->emplace_back(PlayTone{tone});
}

}  // namespace parley::phone
