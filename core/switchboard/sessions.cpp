// Who is connected: greeting, resuming, keeping alive, presence.
#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"
#include "core/switchboard/legs.hpp"
#include "core/switchboard/state.hpp"
#include "core/switchboard/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::switchboard {

// ---- before the welcome ----

void Switchboard::State::on(const FrameReceived& event) {
  const auto link = links_.find(event.connection);
  if (link == links_.end()) {
    hello_received(event.connection, event.text);
    return;
  }
  std::visit(Overloaded{
                 [&](const Authenticating&) {
                   refuse_connection(event.connection, Error::hello_expected,
                                     wire::CloseCode::protocol_error);
                 },
                 [&](const SessionId& id) {
                   if (Session* session = find_session(id)) frame_received(*session, event.text);
                 },
             },
             Link(link->second));
}

void Switchboard::State::hello_received(SocketId connection, std::string_view text) {
  const auto frame = wire::read_client_frame(text);
  if (!frame) {
    // What it may mean elsewhere, it is no hello.
    const bool other_type = frame.error().error == Error::unknown_message;
    refuse_connection(connection, other_type ? Error::hello_expected : frame.error().error,
                      wire::CloseCode::protocol_error);
    return;
  }
  const auto* hello = std::get_if<wire::Hello>(&frame->message);
  if (hello == nullptr) {
    refuse_connection(connection, Error::hello_expected, wire::CloseCode::protocol_error);
    return;
  }
  if (std::ranges::find(hello->versions.items, wire::kProtocolVersion) ==
      hello->versions.items.end()) {
    std::string versions;
    for (const std::uint32_t version : hello->versions.items) {
      versions += (versions.empty() ? "" : ", ") + std::to_string(version);
    }
    refuse_connection(
        connection, Error::unsupported_version, wire::CloseCode::unsupported_version,
        "offers " + versions + ", expected " + std::to_string(wire::kProtocolVersion));
    return;
  }
  links_.emplace(connection, Authenticating{*hello});
  deadlines_.arm(connection, now_ + kAuthenticationLimit);
  effects_->emplace_back(Authenticate{connection, hello->token.value});
}

void Switchboard::State::refuse_connection(SocketId connection, Error why, wire::CloseCode code,
                                           const std::string& detail, Duration retry_after) {
  log(LogLevel::info, kConnectionRefused, connection, {}, {},
      std::string(code_of(why)) + (detail.empty() ? "" : ": " + detail));
  links_.erase(connection);
  deadlines_.disarm(connection);
  wire::Refusal refusal{.code = why};
  if (retry_after > Duration{0}) {
    refusal.retry_after_ms = static_cast<std::uint32_t>(retry_after.count());
  }
  send(connection, wire::write_frame(refusal, {}), {});
  effects_->emplace_back(Close{connection, code});
}

void Switchboard::State::on(const AuthenticationFailed& event) {
  const auto link = links_.find(event.connection);
  if (link == links_.end() || !std::holds_alternative<Authenticating>(link->second)) return;
  refuse_connection(event.connection, Error::not_signed_in, wire::CloseCode::not_signed_in);
}

void Switchboard::State::on(const Authenticated& event) {
  const auto link = links_.find(event.connection);
  if (link == links_.end()) return;
  const auto* waiting = std::get_if<Authenticating>(&link->second);
  if (waiting == nullptr) return;
  const wire::Hello hello = waiting->hello;
  if (const Session* same = find_session(event.user, hello.device);
      same != nullptr && same->connection && event.connection < *same->connection) {
    // Heard of late: its client has given this socket up and come back on a newer one.
    refuse_connection(event.connection, Error::session_replaced, wire::CloseCode::replaced);
    return;
  }
  deadlines_.disarm(event.connection);
  if (!resume(event, hello) && !start(event, hello)) {
    // A device whose socket has died unseen makes room after this.
    refuse_connection(event.connection, Error::too_many_devices, wire::CloseCode::policy_violation,
                      {}, kSilenceLimit);
    return;
  }
  publish_presence(event.user);
}

/// Whether the device has dialled, answered or takes over a call that is not over.
bool Switchboard::State::is_in_call(const UserId& user, const DeviceId& device) const {
  return std::ranges::any_of(users_.at(user).calls, [&](CallId id) {
    return has_device(own_leg(calls_.at(id).record, user), device);
  });
}

/// Who is connected or in a call is never thrown out for a newcomer: a call must not end because
/// somebody opens one more page. Of the others the one that has been away longest goes.
std::optional<SessionId> Switchboard::State::session_to_give_way(const User& user) const {
  const Session* longest_away = nullptr;
  for (const SessionId id : user.sessions) {
    const Session& session = sessions_.at(id);
    if (session.connection && !mutant(Mutant::connected_device_gives_way)) continue;
    if (is_in_call(session.user, session.device) && !mutant(Mutant::device_thrown_out_of_call)) {
      continue;
    }
    if (longest_away == nullptr || session.last_heard < longest_away->last_heard) {
      longest_away = &session;
    }
  }
  if (longest_away == nullptr) return std::nullopt;
  return longest_away->id;
}

bool Switchboard::State::resume(const Authenticated& event, const wire::Hello& hello) {
  if (!hello.resume) return false;
  Session* session = find_session(hello.resume->session);
  if (session == nullptr || session->key != hello.resume->key || session->user != event.user ||
      session->device != hello.device || session->broken ||
      !session->channel.can_replay_after(hello.resume->received)) {
    return false;
  }
  session->can_call = hello.can_call.value_or(true);
  const bool was_missed = session->missed || session->leaving;
  if (const auto old = session->connection) {
    // The client knows that it replaced this socket; the server may not have noticed its death.
    if (!mutant(Mutant::old_socket_ends_session)) links_.erase(*old);
    effects_->emplace_back(Close{*old, wire::CloseCode::replaced});
  }
  attach(*session, event.connection);
  log(LogLevel::info, "session resumed", event.connection, {}, event.user, hello.client.value);
  welcome(*session, true, event.ice_servers);
  note_rings_told(*session, false);
  for (std::string& frame : session->channel.replay_after(hello.resume->received)) {
    if (mutant(Mutant::missed_frames_not_repeated)) break;
    send(event.connection, std::move(frame), last_ticket_);
  }
  if (was_missed) tell_peers(*session, wire::PeerDevice::connected);
  return true;
}

/// False when there is no place for one more session.
bool Switchboard::State::start(const Authenticated& event, const wire::Hello& hello) {
  User& user = users_[event.user];
  std::optional<SessionId> replaced;
  if (const Session* same_device = find_session(event.user, hello.device)) {
    replaced = same_device->id;
  } else if (user.sessions.size() >= kMaxSessionsPerUser) {
    replaced = session_to_give_way(user);
    // A device whose call goes on, and whose session is forgotten, comes back to it all the same.
    const bool has_place =
        (is_in_call(event.user, hello.device) && !mutant(Mutant::no_place_for_device_of_call)) ||
        mutant(Mutant::sessions_without_bound);
    if (!replaced && !has_place) return false;
  }
  const SessionId id{event.random[0], event.random[1]};
  Session& session = sessions_[id];
  session.id = id;
  session.key = {event.random[2], event.random[3]};
  session.user = event.user;
  session.device = hello.device;
  session.can_call = hello.can_call.value_or(true);
  user.sessions.push_back(id);
  attach(session, event.connection);
  // Only now: a device that starts anew was never away.
  if (replaced) close_and_forget(*replaced, wire::CloseCode::replaced);
  log(LogLevel::info, "session started", event.connection, {}, event.user, hello.client.value);
  welcome(session, false, event.ice_servers);
  for (const CallId call_id : user.calls) {
    Leg& own = own_leg(calls_.at(call_id).record, event.user);
    // A page that was loaded anew counts from the start.
    if (own.device == session.device && own.status) own.status->revision = 0;
  }
  note_rings_told(session, true);
  tell_peers(session, wire::PeerDevice::connected);
  tell_of_peers(session);
  return true;
}

void Switchboard::State::attach(Session& session, SocketId connection) {
  links_.insert_or_assign(connection, session.id);
  set_connection(session, connection);
  session.last_heard = now_;
  session.leaving = false;
  session.missed = false;
  deadlines_.arm(session.id, now_ + kPingInterval);
}

void Switchboard::State::set_connection(Session& session, std::optional<SocketId> connection) {
  sessions_online_ -= session.connection ? 1 : 0;
  sessions_online_ += connection ? 1 : 0;
  session.connection = connection;
}

void Switchboard::State::welcome(Session& session, bool resumed,
                                 const wire::IceServers& ice_servers) {
  session.told_ahead = ahead_;
  wire::Welcome message{.session = session.id,
                        .key = session.key,
                        .resumed = resumed,
                        .received = session.channel.received(),
                        .me = party(session.user),
                        .server_time_ms = wall_ms(now_),
                        .ice_servers = ice_servers};
  for (const CallId id : users_[session.user].calls) {
    message.calls.items.push_back(snapshot(calls_.at(id), session));
  }
  send(*session.connection, wire::write_frame(message, {}), last_ticket_);
}

// ---- while connected ----

void Switchboard::State::on(const IceServersRenewed& event) {
  const auto link = links_.find(event.connection);
  if (link == links_.end()) return;
  const auto* id = std::get_if<SessionId>(&link->second);
  Session* session = id == nullptr ? nullptr : find_session(*id);
  if (session != nullptr) tell_unnumbered(*session, wire::IceServersChanged{event.ice_servers});
}

void Switchboard::State::frame_received(Session& session, std::string_view text) {
  session.last_heard = now_;
  if (session.leaving) {
    session.leaving = false;
    tell_peers(session, wire::PeerDevice::connected);
  }
  auto frame = wire::read_client_frame(text);
  // The number of a message that can't be understood counts: it must not be sent again.
  const wire::Envelope envelope =
      frame ? frame->envelope : wire::Envelope{.seq = frame.error().seq, .ack = std::nullopt};
  switch (session.channel.receive(envelope)) {
    case session::Channel::Receipt::duplicate:
      return;
    case session::Channel::Receipt::gap:
      log(LogLevel::warning, "gap in session", session.connection, {}, session.user);
      give_up(session, wire::CloseCode::protocol_error);
      return;
    case session::Channel::Receipt::fresh:
      break;
  }
  tell_missed_news(session);
  tell_missed_calls(session);
  if (!frame) {
    refuse(session, frame.error().error, {}, frame.error().seq, frame.error().detail);
    return;
  }
  request_seq_ = frame->envelope.seq;
  const SessionId id = session.id;
  std::visit(
      Overloaded{
          [&](const wire::Ping&) { tell_unnumbered(session, wire::Pong{}); },
          [](const OneOf<wire::Ack, wire::Pong> auto&) {},
          [&](const wire::Hello&) { refuse(session, Error::unknown_message, {}, {}, "hello"); },
          [&]<class Message>(const Message& message) {
            request_type_ = Message::kType;
            request(session, message);
            if constexpr (requires { message.call; }) {
              if (const Session* it = find_session(id)) note_speaker(*it, message.call);
            }
          },
      },
      frame->message);
  request_seq_.reset();
  request_type_ = {};
  Session* still_there = find_session(id);
  if (still_there != nullptr && still_there->channel.acknowledgement_due()) {
    tell_unnumbered(*still_there, wire::Ack{});
  }
}

void Switchboard::State::session_due(Session& session) {
  if (session.channel.overrun()) {
    log(LogLevel::warning, "session overrun", session.connection, {}, session.user);
    const bool was_connected = session.connection.has_value();
    give_up(session, wire::CloseCode::overrun);
    if (was_connected) return;
  }
  const Duration silent = now_ - session.last_heard;
  if (session.connection) {
    if (silent >= kSilenceLimit && !mutant(Mutant::silent_device_kept)) {
      effects_->emplace_back(Close{*session.connection, wire::CloseCode::timed_out});
      detach(session);
      return;
    }
    tell_unnumbered(session, wire::Ping{});
    deadlines_.arm(session.id, std::min(now_ + kPingInterval, session.last_heard + kSilenceLimit));
    if (mutant(Mutant::silent_device_kept)) deadlines_.arm(session.id, now_ + kPingInterval);
    return;
  }
  if (session.leaving && silent >= kReloadGrace) {
    const UserId user = session.user;
    const DeviceId device = session.device;
    forget(session.id);
    end_calls_of_closed_pages(user, device);
    return;
  }
  if (silent >= kSessionGrace) {
    forget(session.id);
    return;
  }
  // Three things happen on the way to the end of the grace; each moment passed again does nothing.
  publish_presence(session.user);
  if (!session.leaving && !std::exchange(session.missed, true)) {
    tell_peers(session, wire::PeerDevice::lost);
  }
  Instant next = session.last_heard + (session.leaving ? kReloadGrace : kSessionGrace);
  if (silent >= kCallerGrace) {
    end_calls_of_absent_caller(session);
  } else {
    next = std::min(next, session.last_heard + kCallerGrace);
  }
  deadlines_.arm(session.id, next);
}

// ---- loss ----

void Switchboard::State::on(const ConnectionLost& event) {
  const auto link = links_.find(event.connection);
  if (link == links_.end()) return;
  const auto* id = std::get_if<SessionId>(&link->second);
  Session* session = id == nullptr ? nullptr : find_session(*id);
  if (session == nullptr) {
    links_.erase(link);
    deadlines_.disarm(event.connection);
    return;
  }
  detach(*session);
}

/// The socket is gone; the session waits for its client to come back.
void Switchboard::State::detach(Session& session) {
  links_.erase(*session.connection);
  set_connection(session, std::nullopt);
  session.last_heard = now_;
  deadlines_.arm(session.id, now_ + kPresenceGrace);
}

/// Something in the session is lost for good. Its device starts anew in a moment; until then it
/// counts as a device that lost its socket.
void Switchboard::State::give_up(Session& session, wire::CloseCode code) {
  session.broken = true;
  session.channel = {};
  if (!session.connection) return;
  effects_->emplace_back(Close{*session.connection, code});
  detach(session);
}

void Switchboard::State::close_and_forget(SessionId id, wire::CloseCode code) {
  Session* session = find_session(id);
  if (session == nullptr) return;
  if (session->connection) {
    effects_->emplace_back(Close{*session->connection, code});
    links_.erase(*session->connection);
    set_connection(*session, std::nullopt);
  }
  forget(id);
}

void Switchboard::State::forget(SessionId id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  const UserId owner = found->second.user;
  const DeviceId device = found->second.device;
  stop_watching(found->second);
  deadlines_.disarm(id);
  note_unheard(found->second);
  sessions_.erase(found);
  std::erase(users_[owner].sessions, id);
  drop_takeovers(owner, device);
  if (find_session(owner, device) == nullptr) forget_ringing(owner, device);
  publish_presence(owner);
}

void Switchboard::State::on(const SignedOut& event) {
  const auto user = users_.find(event.user);
  if (user == users_.end()) return;
  for (const SessionId id : std::vector(user->second.sessions)) {
    const Session* session = find_session(id);
    if (session == nullptr || (event.device && session->device != *event.device)) continue;
    close_and_forget(id, wire::CloseCode::not_signed_in);
  }
  if (!event.device) people_changed();  // the account may be disabled
  // Also of devices that have been away for so long that their sessions are forgotten.
  end_calls_of_closed_pages(event.user, event.device);
}

// ---- presence ----

bool Switchboard::State::is_reachable(const User& user) const {
  return std::ranges::any_of(user.sessions, [this](SessionId id) {
    const Session& session = sessions_.at(id);
    if (!session.can_call) return false;
    return session.connection || now_ - session.last_heard < kPresenceGrace;
  });
}

void Switchboard::State::publish_presence(const UserId& id) {
  settle_ringing(id);
  User& user = users_[id];
  const bool online = is_reachable(user);
  if (online == user.shown_online) return;
  if (!user.shown.take(now_, kPresenceBurst, kPresenceEvery)) {
    deadlines_.arm(PresenceDue{id}, now_ + user.shown.wait(now_, kPresenceBurst, kPresenceEvery));
    return;
  }
  user.shown_online = online;
  online ? ++users_online_ : --users_online_;
  const wire::Presence change{{{{id, online}}}};
  for (const SessionId watcher : user.watchers) {
    Session* session = find_session(watcher);
    if (session != nullptr && shows_presence(user, session->user)) tell_news(*session, change);
  }
}

void Switchboard::State::stop_watching(const Session& session) {
  for (const UserId& watched : session.watched) users_[watched].watchers.erase(session.id);
}

void Switchboard::State::request(Session& session, const wire::Watch& message) {
  watch(session, message);
}

void Switchboard::State::request(Session& session, const wire::Leaving&) {
  if (!session.leavings.take(now_, kLeavingBurst, kLeavingEvery)) return;
  session.leaving = true;
  tell_peers(session, wire::PeerDevice::reloading);
}

/// Tells the other sides of a device's calls what has become of it.
void Switchboard::State::tell_peers(const Session& session, wire::PeerDevice state) {
  for (const CallId id : users_[session.user].calls) {
    Call& call = calls_.at(id);
    const Leg& other = other_leg(call.record, session.user);
    if (own_leg(call.record, session.user).device != session.device || !other.device) continue;
    // Whoever was told that it is away is told in any case that it is back.
    Allowance& own = allowance(call, session.user);
    const bool back = own.away && state == wire::PeerDevice::connected;
    if (!back && !own.comings.take(now_, kComingBurst, kComingEvery)) continue;
    own.away = state != wire::PeerDevice::connected;
    relay(other.user, *other.device, wire::PeerDeviceChanged{id, state}, 0, call.stored);
  }
}

/// Tells a device that starts anew which other sides of its calls are away.
void Switchboard::State::tell_of_peers(Session& session) {
  for (const CallId id : users_[session.user].calls) {
    const Call& call = calls_.at(id);
    const Leg& other = other_leg(call.record, session.user);
    if (own_leg(call.record, session.user).device != session.device || !other.device) continue;
    const Session* peer = find_session(other.user, *other.device);
    if (peer == nullptr || !(peer->missed || peer->leaving)) continue;
    const auto state = peer->leaving ? wire::PeerDevice::reloading : wire::PeerDevice::lost;
    tell(session, wire::PeerDeviceChanged{id, state}, call.stored);
  }
}

void Switchboard::State::watch(Session& session, const wire::Watch& message) {
  stop_watching(session);
  session.watched.clear();
  session.follows_people = message.people.value_or(false);
  for (const UserId& id : message.users.items) {
    const auto user = users_.find(id);
    if (user == users_.end()) continue;
    if (std::ranges::find(session.watched, id) != session.watched.end()) continue;
    session.watched.push_back(id);
    user->second.watchers.insert(session.id);
  }
  tell_presence(session);
}

/// Of everybody whom it watches.
void Switchboard::State::tell_presence(Session& session) {
  wire::Presence presence;
  for (const UserId& id : session.watched) {
    const User& user = users_[id];
    presence.people.items.push_back({id, user.shown_online && shows_presence(user, session.user)});
  }
  tell_noted(session, presence, kNews, 0, {});
}

/// A session that had no room for news has taken what came before: it hears what is true now.
void Switchboard::State::tell_missed_news(Session& session) {
  if (!session.news_due) return;
  forget_taken(session);
  if (std::ranges::find(session.relayed, kNews, &Relayed::call) != session.relayed.end()) return;
  session.news_due = false;
  if (!session.watched.empty()) tell_presence(session);
  if (session.follows_people) tell_news(session, wire::PeopleChanged{});
}

/// The same for its calls.
void Switchboard::State::tell_missed_calls(Session& session) {
  if (!std::exchange(session.calls_due, false)) return;
  forget_taken(session);
  const User& user = users_[session.user];
  for (const std::vector<CallId>* calls : {&user.calls, &user.screened}) {
    for (const CallId id : *calls) {
      Call& call = calls_.at(id);
      if (is_untold(call.state, session.device)) {
        std::erase(std::get<Ringing>(call.state).untold, session.device);
        if (!session.can_call) continue;
        ring_at(session, call);
        tell_progress(call);
        pretend_to_ring(call);
      } else if (has_device(own_leg(call.record, session.user), session.device)) {
        tell_missed_of(session, call);
      }
    }
  }
}

/// The session must have acknowledged all such messages first: with only a little room, the next
/// messages would find none again.
void Switchboard::State::tell_missed_of(Session& session, Call& call) {
  Attendance& own = attendance(call, session.user, session.device);
  if (!own.behind) return;
  const CallId id = call.record.call;
  if (std::ranges::find(session.relayed, id, &Relayed::call) != session.relayed.end()) {
    session.calls_due = true;
    return;
  }
  own.behind = false;
  tell_state_of_peer(session, call);
}

/// Sends the status of the other side of a call and the state of its device.
void Switchboard::State::tell_state_of_peer(Session& session, Call& call) {
  if (std::holds_alternative<Ringing>(call.state)) {
    relay(session.user, session.device, progress(call), 0, call.stored);
    return;
  }
  const Leg& other = other_leg(call.record, session.user);
  const CallId id = call.record.call;
  if (other.status) {
    relay(session.user, session.device, wire::PeerStatus{id, *other.status}, 0, call.stored);
  }
  const Session* peer = find_session(other.user, *other.device);
  auto state = wire::PeerDevice::connected;
  if (peer == nullptr || peer->missed) state = wire::PeerDevice::lost;
  if (peer != nullptr && peer->leaving) state = wire::PeerDevice::reloading;
  relay(session.user, session.device, wire::PeerDeviceChanged{id, state}, 0, call.stored);
}

}  // namespace parley::switchboard
