#include "core/phone/phone.hpp"

#include "core/base/assert.hpp"
#include "core/base/mutants.hpp"
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
    "calling", "ringing",      "incoming",  "answering", "connecting",
    "active",  "reconnecting", "elsewhere", "ended"};

bool is_over(const CallState& state) { return std::holds_alternative<Ended>(state); }

bool is_dialled(const CallState& state) {
  return std::holds_alternative<Calling>(state) || std::holds_alternative<Ringing>(state);
}

bool contains(const std::vector<PeerConnectionId>& ids, PeerConnectionId id) {
  return std::ranges::find(ids, id) != ids.end();
}

/// The peer connection that an effect of a call's own step is about.
std::optional<PeerConnectionId> connection_of(const Effect& effect) {
  return std::visit(
      []<class E>(const E& one) -> std::optional<PeerConnectionId> {
        if constexpr (requires { one.connection; }) return one.connection;
        return std::nullopt;
      },
      effect);
}

/// Answered on this device, or on its way to being so.
bool is_answered(const CallState& state) {
  return std::visit(
      Overloaded{
          [](const OneOf<Answering, Connecting, Active, Reconnecting> auto&) { return true; },
          [](const OneOf<Calling, Ringing, Incoming, Elsewhere, Ended> auto&) { return false; },
      },
      state);
}

/// Dialled or answered, and not connected yet: nothing else can be put in front of it.
bool is_pending(const CallState& state) {
  return std::visit(
      Overloaded{
          [](const OneOf<Calling, Ringing, Answering> auto&) { return true; },
          [](const OneOf<Incoming, Connecting, Active, Reconnecting, Elsewhere, Ended> auto&) {
            return false;
          },
      },
      state);
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

void Phone::notice_gap() {
  const auto due = next_deadline();
  if (!due || now_ - *due <= kGapInTime || mutant(Mutant::gap_in_time_ends_calls)) return;
  effects_->emplace_back(Log{LogLevel::debug, std::nullopt, "nothing ran for a while"});
  session_.woken(now_, *effects_);
  for (Call& call : calls_) {
    if (++call.gaps <= kMaxGaps) advance(call, Woken{});
  }
}

std::optional<Instant> Phone::next_deadline() const {
  std::optional<Instant> next = session_.deadline();
  const auto consider = [&next](std::optional<Instant> due) {
    if (due && (!next || *due < *next)) next = due;
  };
  consider(sources_.deadline());
  if (listening_) consider(listening_->next_at);
  for (const Call& call : calls_) {
    consider(deadline(call.state));
    if (connections_of(call.state) != nullptr) consider(call.statuses.deadline());
  }
  return next;
}

// ---- session ----

void Phone::on(const SignedIn& event) { session_.sign_in(event, now_, *effects_); }

void Phone::on(const SignedOut&) {
  for (Call& call : calls_) advance(call, HangUpPressed{call.id});
  calls_.clear();
  people_shown_.clear();
  follows_people_ = false;
  presence_.clear();
  session_.sign_out(*effects_);
}

void Phone::on(const SocketOpened& event) { session_.socket_opened(event, now_, *effects_); }
void Phone::on(const SocketClosed& event) {
  session_.socket_closed(event, now_, *effects_);
  if (session_.problem() == Error::session_replaced) leave_calls_to_other_page();
}
void Phone::on(const NetworkChanged& event) {
  mobile_data_ = event.mobile_data;
  session_.network_changed(now_, *effects_);
  for (Call& call : calls_) advance(call, event);
}

/// Another page is this device now, and its calls are that page's. Should this one be used again,
/// it finds them in the snapshot, like a page that was loaded anew.
void Phone::leave_calls_to_other_page() {
  for (Call& call : calls_) {
    if (is_over(call.state)) continue;
    advance(call, wire::Ended{.call = call.id, .reason = wire::EndReason::answered_elsewhere});
  }
  std::erase_if(calls_, [](const Call& call) {
    const auto* ended = std::get_if<Ended>(&call.state);
    return ended != nullptr && ended->reason == wire::EndReason::answered_elsewhere;
  });
}

void Phone::on(const FrameReceived& event) {
  const auto message = session_.frame_received(event, now_, *effects_);
  if (!message) return;
  // First, because a welcome may restart a connection, which then gathers with them.
  renew_ice_servers();
  server_said(*message);
}

void Phone::on(const PageHidden& event) {
  for (Call& call : calls_) advance(call, event);
  session_.send(wire::Leaving{}, now_, *effects_);
}

/// Nobody can talk here any more. What only rings here is not this page's to decline.
void Phone::on(const PhoneClosed&) {
  for (Call& call : calls_) {
    if (uses_media(call.state)) advance(call, HangUpPressed{call.id});
  }
  session_.send(wire::Leaving{}, now_, *effects_);
}

void Phone::on(const CapabilityTold& event) {
  can_call_ = event.can_call;
  session_.set_can_call(event.can_call);
}

void Phone::on(const TimeReached& event) {
  notice_gap();
  session_.time_reached(now_, *effects_);
  sources_.time_reached(now_, *effects_);
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
  follows_people_ = true;
  session_.send(wire::Watch{{people_shown_}, true}, now_, *effects_);
}

// ---- the person ----

void Phone::on(const Dialed& event) {
  const auto pending = [](const Call& call) { return is_pending(call.state); };
  const auto connected = [](const Call& call) { return connections_of(call.state) != nullptr; };
  // A second press, on the same name or another, does not start a second call.
  if (std::ranges::any_of(calls_, pending) || find(event.call) != nullptr) return;
  // Who is on the phone with that very person need not call; a call that is lost gives way.
  for (Call& call : calls_) {
    if (call.peer.user != event.callee.user || connections_of(call.state) == nullptr) continue;
    if (!std::holds_alternative<Reconnecting>(call.state)) return;
    advance(call, HangUpPressed{call.id});
  }
  if (std::ranges::count_if(calls_, connected) >= kMaxConnectedCalls) return;
  for (Call& call : calls_) call.dismissed = call.dismissed || is_over(call.state);
  if (!can_call_) {
    // Nobody is rung for a call that can't come about.
    add_call({.id = event.call,
              .direction = Direction::outgoing,
              .peer = event.callee,
              .kind = event.kind,
              .state = Ended{wire::EndReason::failed, Error::calls_unsupported, {}, false}});
    return;
  }
  hold_others(event.call);
  add_call({.id = event.call,
            .direction = Direction::outgoing,
            .peer = event.callee,
            .kind = event.kind,
            .wants = {.camera = event.kind == MediaKind::video},
            .state = Calling{now_ + kInviteLimit}});
  session_.send(wire::Invite{event.call, event.callee.user, event.kind, true}, now_, *effects_);
}

void Phone::on(const AnswerPressed& event) {
  Call* call = find(event.call);
  if (call == nullptr || !std::holds_alternative<Incoming>(call->state)) return;
  for (Call& other : calls_) {
    // Who answers the very person that they call: the server makes one call of the two.
    if (is_dialled(other.state) && other.peer.user == call->peer.user) continue;
    const bool give_way = event.others == OtherCalls::end || is_pending(other.state);
    if (other.id != event.call && give_way && uses_media(other.state)) {
      advance(other, HangUpPressed{other.id});
    }
  }
  hold_others(event.call);
  call->wants.camera = event.kind == MediaKind::video;
  advance(*call, event);
}

void Phone::on(const JoinPressed& event) {
  const auto pending = [](const Call& other) { return is_pending(other.state); };
  Call* call = find(event.call);
  if (call == nullptr || !std::holds_alternative<Elsewhere>(call->state)) return;
  if (std::ranges::any_of(calls_, pending)) return;
  hold_others(event.call);
  call->wants.held = false;
  advance(*call, event);
}

void Phone::on(const HoldSwitched& event) {
  Call* call = find(event.call);
  if (call == nullptr || connections_of(call->state) == nullptr) return;
  if (!event.held) {
    // What was dialled or answered since is in front already.
    const auto pending = [](const Call& other) { return is_pending(other.state); };
    if (std::ranges::any_of(calls_, pending)) return;
    hold_others(event.call);
  }
  call->wants.held = event.held;
}

void Phone::hold_others(CallId front) {
  for (Call& call : calls_) {
    if (call.id == front || connections_of(call.state) == nullptr) continue;
    call.wants.held = true;
    settle_status(call);
  }
}

void Phone::on(const Dismissed& event) {
  if (Call* call = find(event.call); call != nullptr && is_over(call->state))
    call->dismissed = true;
}

// ---- calls ----

template <class CallEvent>
  requires requires(const CallEvent& event) { event.call; }
void Phone::on(const CallEvent& event) {
  if (Call* call = find(event.call)) advance(*call, event);
}

template <class ConnectionEvent>
  requires requires(const ConnectionEvent& event) { event.connection; }
void Phone::on(const ConnectionEvent& event) {
  if (Call* call = find(event.connection)) advance(*call, event);
}

void Phone::on(const StatsSampled& event) {
  Call* call = find(event.connection);
  if (call == nullptr) return;
  if (connections_of(call->state) == nullptr) return;
  const Connections& connections = *connections_of(call->state);
  // While another device takes over, what the other side says is not about this connection.
  const bool only_one = !connections.next && connections.current.id() == event.connection;
  if (only_one) call->witness.sampled(event, now_);
  const bool current = connections.current.id() == event.connection;
  advance(*call, event);
  if (current) measure_quality(*call, event);
  if (call->witness.leaks() && call->wants.cut_microphone()) {
    effects_->emplace_back(Log{LogLevel::error, call->id, "a muted microphone was sent"});
  }
}

CallContext Phone::context_of(const Call& call) const {
  const std::optional<wire::LegStatus>& of_peer = call.statuses.of_peer();
  const bool peer_silent = of_peer && (of_peer->held || of_peer->microphone != SourceState::on);
  const bool held = call.wants.held || (of_peer && of_peer->held);
  return {
      .now = now_,
      .call = call.id,
      .direction = call.direction,
      .device = session_.device(),
      .next_connection = {connections_ + 1},
      .ice_servers = session_.ice_servers(),
      .silence_is_normal = call.wants.held || peer_silent,
      .sound_expected = of_peer && !held && of_peer->microphone == SourceState::on,
      .online = session_.online(),
      .sample_closely = call.witness.samples_often(now_),
      .connected_at = call.connected_at,
  };
}

template <class CallEvent>
void Phone::advance(Call& call, const CallEvent& event) {
  const std::size_t state_before = call.state.index();
  const std::vector<PeerConnectionId> connections_before = connection_ids(call.state);
  Step step = phone::on(std::move(call.state), event, context_of(call));
  carry_out(call, std::move(step), state_before, connections_before);
}

void Phone::carry_out(Call& call, Step step, std::size_t state_before,
                      const std::vector<PeerConnectionId>& connections_before) {
  const std::optional<wire::LegStatus>& of_peer = call.statuses.of_peer();
  call.state = std::move(step.next);
  if (call.state.index() != state_before) call.gaps = 0;
  if (!step.why.empty()) {
    std::string text(kStateNames[state_before]);
    text.append("→").append(kStateNames[call.state.index()]).append(": ").append(step.why);
    effects_->emplace_back(Log{LogLevel::info, call.id, std::move(text)});
  }
  // Derived, not told by the step: none can be left open.
  const std::vector<PeerConnectionId> after = connection_ids(call.state);
  for (const PeerConnectionId id : connections_before) {
    if (contains(after, id)) continue;
    if (!mutant(Mutant::connection_left_open)) effects_->emplace_back(CloseConnection{id});
    std::erase_if(call.feeds, [id](const FeedConnection& feed) { return feed.connection == id; });
    call.statuses.connection_closed(id);
  }
  switch (step.change) {
    case ConnectionChange::none:
      break;
    case ConnectionChange::warmed:
      ++connections_;
      break;
    case ConnectionChange::adopted: {
      const Connection& current = connections_of(call.state)->current;
      call.statuses.connection_opened(current.id());
      if (current.direct_open) (void)call.statuses.channel_opened(current.id());
      call.witness = {};
      break;
    }
    case ConnectionChange::opened:
      call.statuses.connection_opened({++connections_});
      call.witness = {};
      call.quality = {};
      break;
    case ConnectionChange::joiner_opened:
      call.statuses.joiner_opened({++connections_});
      call.witness.forget_peer();
      break;
    case ConnectionChange::handed_over:
      // It has other counters; the last statuses are about it.
      call.witness = {};
      call.quality = {};
      if (of_peer) call.witness.peer_said(*of_peer, now_);
      if (call.statuses.told()) call.witness.own_said(*call.statuses.told(), now_);
      break;
    case ConnectionChange::joiner_gone:
      call.witness.forget_peer();
      if (call.statuses.joiner_gone()) peer_status_changed(call);
      break;
  }
  for (Effect& effect : step.effects) {
    const std::optional<PeerConnectionId> about = connection_of(effect);
    // What was to be done with a connection before this step gave it up is not done any more.
    if (!about || contains(after, *about)) effects_->push_back(std::move(effect));
  }
  for (const wire::ClientMessage& message : step.messages) session_.send(message, now_, *effects_);
  if (step.asks_server) session_.check(now_, *effects_);
  if (step.asks_peer) ask_peer(call);
}

/// Asks the other device, by way of the connection, for a sign of life.
void Phone::ask_peer(const Call& call) {
  const PeerConnectionId current = connections_of(call.state)->current.id();
  for (const StatusExchange::Channel& channel : call.statuses.channels()) {
    if (channel.connection != current || !channel.open) continue;
    const wire::DirectMessage ping = wire::Ping{};
    effects_->emplace_back(SendDirect{current, json::to_json(ping)});
  }
}

Phone::Call* Phone::find(CallId id) {
  const auto found = std::ranges::find(calls_, id, &Call::id);
  return found == calls_.end() ? nullptr : &*found;
}

Phone::Call* Phone::find(PeerConnectionId id) {
  const auto found = std::ranges::find_if(
      calls_, [id](const Call& call) { return contains(connection_ids(call.state), id); });
  return found == calls_.end() ? nullptr : &*found;
}

void Phone::add_call(Call call) {
  if (calls_.size() == kMaxCallsKept) {
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
          [this](const wire::PeopleChanged& event) {
            ++people_changes_;
            people_ask_within_ms_ = event.ask_within_ms;
          },
          [this](const wire::Incoming& event) { incoming(event); },
          [this](const wire::Merged& event) { merged(event); },
          [this](const wire::Elsewhere& event) { elsewhere(event); },
          [&](const wire::Progress& event) {
            if (Call* call = find(event.call)) {
              call->waiting = event.waiting;
              call->quiet = event.quiet;
            }
            to_call(event);
          },
          [&](const wire::WarmUp& event) { to_call(event); },
          [&](const wire::Accepted& event) {
            Call* call = find(event.call);
            if (call != nullptr && event.status) call->wants.take_over(*event.status);
            if (call != nullptr) had_media(*call, event.connected_at_ms);
            to_call(event);
          },
          [&](const wire::Ended& event) {
            if (Call* call = find(event.call)) {
              const bool was_live = connections_of(call->state) != nullptr;
              advance(*call, event);
              // A call that goes on at another device has not ended.
              const bool goes_on = event.reason == wire::EndReason::answered_elsewhere;
              // Nor may its tone take the place of one that another call needs.
              if (was_live && !goes_on && tone_ == Tone::none)
                effects_->emplace_back(PlayTone{Tone::ended});
            }
          },
          [&](const wire::RelayedSignal& event) { to_call(event); },
          [this](const wire::PeerStatus& event) { peer_status_told(event.call, event.status); },
          [this](const wire::PeerDeviceChanged& event) {
            if (Call* call = find(event.call)) call->statuses.device_changed(event.state);
          },
          [this](const wire::Refusal& event) {
            effects_->emplace_back(
                Log{LogLevel::warning, event.call, "refused: " + std::string(code_of(event.code))});
            if (!event.call) return;
            Call* call = find(*event.call);
            if (call == nullptr) return;
            const bool status = event.request && event.request->value == wire::Status::kType;
            // Another device of this person is on the phone: the call stays on hold.
            if (status && event.code == Error::too_many_calls) call->wants.held = true;
            if (status && event.code == Error::rate_limited) call->statuses.refused(event, now_);
            advance(*call, event);
          },
          [](const OneOf<wire::Ack, wire::Ping, wire::Pong, wire::Goodbye,
                         wire::IceServersChanged> auto&) {},
      },
      message);
}

void Phone::renew_ice_servers() {
  if (ice_servers_ == session_.ice_servers()) return;
  ice_servers_ = session_.ice_servers();
  const auto renew = [this](const Connection& connection) {
    effects_->emplace_back(SetIceServers{connection.id(), ice_servers_, connection.relays_only});
  };
  for (const Call& call : calls_) {
    if (const WarmConnections* warm = warm_of(call.state)) std::ranges::for_each(*warm, renew);
    const Connections* connections = connections_of(call.state);
    if (connections == nullptr) continue;
    renew(connections->current);
    if (connections->next) renew(*connections->next);
  }
}

void Phone::welcomed(const wire::Welcome& welcome) {
  if (!welcome.resumed) {
    for (Call& call : calls_) {
      call.statuses.session_started();
      // The server must know who is held before it hears of an answer.
      if (call.wants.held && connections_of(call.state) != nullptr) settle_status(call);
    }
  }
  if (!welcome.resumed) find_merged(welcome);
  for (Call& call : calls_) {
    Reconciled event{.snapshot = {},
                     .resumed = welcome.resumed,
                     .invite = {call.id, call.peer.user, call.kind, true}};
    const auto found = std::ranges::find(welcome.calls.items, call.id, &wire::CallSnapshot::call);
    if (found != welcome.calls.items.end()) {
      event.snapshot = *found;
      had_media(call, found->connected_at_ms);
      // Both are of the same clock at the same moment.
      if (found->expires_at_ms != 0) {
        event.expires_in =
            session_.local_time(found->expires_at_ms) - session_.local_time(welcome.server_time_ms);
      }
    }
    advance(call, event);
    if (event.snapshot && event.snapshot->peer_status) {
      peer_status_told(call.id, *event.snapshot->peer_status);
    }
  }
  for (const wire::CallSnapshot& snapshot : welcome.calls.items) {
    if (find(snapshot.call) == nullptr) found_in_snapshot(snapshot);
  }
  if (!welcome.resumed && follows_people_) {
    session_.send(wire::Watch{{people_shown_}, true}, now_, *effects_);
    ++people_changes_;  // whoever came or went meanwhile was not told to this session
    people_ask_within_ms_ = 0;
  }
}

void Phone::had_media(Call& call, std::optional<std::int64_t> connected_at_ms) {
  if (connected_at_ms) call.connected_at = std::min(session_.local_time(*connected_at_ms), now_);
}

/// Two invites that crossed may have become one call while this device was away: it finds itself in
/// a call with the very person that it calls.
void Phone::find_merged(const wire::Welcome& welcome) {
  const auto& known = welcome.calls.items;
  for (const wire::CallSnapshot& snapshot : known) {
    if (snapshot.phase == wire::CallPhase::ringing || snapshot.device != session_.device())
      continue;
    if (snapshot.direction != Direction::incoming) continue;
    // One in which this device has said what it sends is another call than the one it dials.
    const Call* here = find(snapshot.call);
    if (here != nullptr ? !std::holds_alternative<Incoming>(here->state)
                        : snapshot.status.has_value()) {
      continue;
    }
    const auto own = std::ranges::find_if(calls_, [&](const Call& call) {
      return call.direction == Direction::outgoing && is_pending(call.state) &&
             call.peer.user == snapshot.peer.user &&
             std::ranges::find(known, call.id, &wire::CallSnapshot::call) == known.end();
    });
    if (own != calls_.end()) merged({own->id, snapshot.call});
  }
}

/// The server knows a call of this user that this phone does not.
void Phone::found_in_snapshot(const wire::CallSnapshot& snapshot) {
  const bool here = snapshot.device == session_.device();
  if (!can_call_) {
    // Not even one that this device was in: the other side must not wait for it.
    if (here) session_.send(wire::HangUp{snapshot.call, Error::calls_unsupported}, now_, *effects_);
    return;
  }
  if (snapshot.phase == wire::CallPhase::ringing) {
    if (snapshot.direction == Direction::incoming) {
      incoming({.call = snapshot.call,
                .caller = snapshot.peer,
                .kind = snapshot.kind,
                .waiting = false,
                .expires_at_ms = snapshot.expires_at_ms});
    } else if (here) {
      session_.send(wire::HangUp{snapshot.call, {}}, now_, *effects_);  // dialled before a crash
    }
    return;
  }
  Call call{.id = snapshot.call,
            .direction = snapshot.direction,
            .peer = snapshot.peer,
            .kind = snapshot.kind,
            .statuses = StatusExchange(snapshot.peer_status),
            .state = Elsewhere{}};
  if (!here) {
    add_call(std::move(call));
    return;
  }
  if (snapshot.status) call.wants.restore(*snapshot.status);
  add_call(std::move(call));
  if (Call* joined = find(snapshot.call)) advance(*joined, JoinPressed{snapshot.call});
}

void Phone::incoming(const wire::Incoming& event) {
  const Instant expires_at = session_.local_time(event.expires_at_ms);
  if (find(event.call) != nullptr || expires_at <= now_) return;  // known, or too late to ring
  if (!can_call_) return;  // another device of this person can
  add_call({.id = event.call,
            .direction = Direction::incoming,
            .peer = event.caller,
            .kind = event.kind,
            .state = Incoming{expires_at}});
  session_.send(wire::Ringing{event.call, true}, now_, *effects_);
}

void Phone::merged(const wire::Merged& event) {
  const Call* gone = find(event.call);
  if (gone == nullptr || event.call == event.into) return;
  // One of the two is this device's own invite. The other may ring here already, or have rung out;
  // it is the same call now.
  const bool own_invite_is_gone = gone->direction == Direction::outgoing;
  // Who has answered the other one here already goes on with it as it is.
  const Call* into = find(event.into);
  if (own_invite_is_gone && into != nullptr && is_answered(into->state)) {
    advance(*find(event.call), wire::Ended{.call = event.call});
    std::erase_if(calls_, [&](const Call& call) { return call.id == event.call; });
    return;
  }
  const CallId other = own_invite_is_gone ? event.into : event.call;
  // Whatever it was up to, nothing of it must stay open.
  if (Call* call = find(other)) advance(*call, wire::Ended{.call = other});
  std::erase_if(calls_, [&](const Call& call) { return call.id == other; });
  if (!own_invite_is_gone) return;
  Call* own = find(event.call);
  advance(*own, InviteMerged{});
  own->id = event.into;
  own->direction = Direction::incoming;
}

void Phone::elsewhere(const wire::Elsewhere& event) {
  if (Call* call = find(event.call.call)) {
    advance(*call, event);
  } else {
    found_in_snapshot(event.call);
  }
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

// ---- what follows from the calls ----

void Phone::settle() {
  forget_settled_calls();
  settle_waiting();
  settle_sources();
  settle_measuring();
  for (Call& call : calls_) {
    if (connections_of(call.state) == nullptr) {
      settle_feeds(call);
      continue;
    }
    settle_reach(call);
    settle_feeds(call);
    settle_status(call);
  }
  settle_tone();
  const bool hurries = std::ranges::any_of(
      calls_, [](const Call& call) { return std::holds_alternative<Reconnecting>(call.state); });
  session_.hurry(hurries, now_, *effects_);
}

void Phone::settle_reach(Call& call) {
  const bool in_reach =
      session_.answers() && call.statuses.peer_device() == wire::PeerDevice::connected;
  if (connections_of(call.state)->current.recovery.in_reach() == in_reach) return;
  advance(call, ReachChanged{in_reach});
}

void Phone::settle_waiting() {
  const auto on = [](const Call& call) { return uses_media(call.state); };
  const bool waiting = std::ranges::any_of(calls_, on);
  for (Call& call : calls_) {
    if (std::holds_alternative<Incoming>(call.state)) call.waiting = waiting;
  }
}

void Phone::settle_tone() {
  Tone tone = Tone::none;
  for (const Call& call : calls_) {
    if (std::holds_alternative<Ringing>(call.state)) tone = Tone::ringback;
    if (std::holds_alternative<Incoming>(call.state)) {
      tone = call.waiting ? Tone::waiting : Tone::ringtone;
    }
  }
  if (tone == tone_ || (mutant(Mutant::tone_not_stopped) && tone == Tone::none)) return;
  tone_ = tone;
  effects_->emplace_back(PlayTone{tone});
}

}  // namespace parley::phone
