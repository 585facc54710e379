// Who is connected: greeting, resuming, keeping alive, loss.
#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"
#include "core/switchboard/directory/directory.hpp"
#include "core/switchboard/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::switchboard {

namespace {

Duration ping_interval(Pace pace) {
  switch (pace) {
    case Pace::busy:
      return kPingInterval;
    case Pace::quiet:
      return kQuietPingInterval;
    case Pace::probed:
      return kRingProbe;
  }
  return kPingInterval;
}

Duration silence_limit(Pace pace) {
  switch (pace) {
    case Pace::busy:
      return kSilenceLimit;
    case Pace::quiet:
      return kQuietSilenceLimit;
    case Pace::probed:
      return kRingSilenceLimit;
  }
  return kSilenceLimit;
}

}  // namespace

// ---- before the welcome ----

void Directory::on(const FrameReceived& event) {
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

void Directory::hello_received(SocketId connection, std::string_view text) {
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
  context_.deadlines.arm(connection, context_.now + kAuthenticationLimit);
  context_.effects->emplace_back(Authenticate{connection, hello->token.value});
}

void Directory::refuse_connection(SocketId connection, Error why, wire::CloseCode code,
                                  const std::string& detail, Duration retry_after) {
  context_.log({.what = Happening::connection_refused,
                .connection = connection,
                .detail = std::string(code_of(why)) + (detail.empty() ? "" : ": " + detail)});
  links_.erase(connection);
  context_.deadlines.disarm(connection);
  wire::Refusal refusal{.code = why};
  if (retry_after > Duration{0}) {
    refusal.retry_after_ms = static_cast<std::uint32_t>(retry_after.count());
  }
  context_.send(connection, wire::write_frame(refusal, {}), {});
  context_.effects->emplace_back(Close{connection, code});
}

void Directory::on(const AuthenticationFailed& event) {
  const auto link = links_.find(event.connection);
  if (link == links_.end() || !std::holds_alternative<Authenticating>(link->second)) return;
  refuse_connection(event.connection, Error::not_signed_in, wire::CloseCode::not_signed_in);
}

void Directory::on(const Authenticated& event) {
  const auto link = links_.find(event.connection);
  if (link == links_.end()) return;
  const auto* waiting = std::get_if<Authenticating>(&link->second);
  if (waiting == nullptr) return;
  const wire::Hello hello = waiting->hello;
  if (const SessionFacts* same = session_of(event.user, hello.device);
      same != nullptr && same->connection && event.connection < *same->connection) {
    // Heard of late: its client has given this socket up and come back on a newer one.
    refuse_connection(event.connection, Error::session_replaced, wire::CloseCode::replaced);
    return;
  }
  context_.deadlines.disarm(event.connection);
  if (!resume(event, hello) && !start(event, hello)) {
    // A device whose socket has died unseen makes room after this.
    refuse_connection(event.connection, Error::too_many_devices, wire::CloseCode::policy_violation,
                      {}, kSilenceLimit);
    return;
  }
  publish_presence(event.user);
}

/// Who is connected or in a call is never thrown out for a newcomer: a call must not end because
/// somebody opens one more page. Of the others the one that has been away longest goes.
std::optional<SessionId> Directory::session_to_give_way(const User& user) const {
  const Session* longest_away = nullptr;
  for (const SessionId id : user.sessions) {
    const Session& session = sessions_.at(id);
    if (session.connection && !mutant(Mutant::connected_device_gives_way)) continue;
    if (calls_->is_in_call(session.user, session.device) &&
        !mutant(Mutant::device_thrown_out_of_call)) {
      continue;
    }
    if (longest_away == nullptr || session.last_heard < longest_away->last_heard) {
      longest_away = &session;
    }
  }
  if (longest_away == nullptr) return std::nullopt;
  return longest_away->id;
}

bool Directory::resume(const Authenticated& event, const wire::Hello& hello) {
  if (!hello.resume) return false;
  Session* session = find_session(hello.resume->session);
  if (session == nullptr || session->key != hello.resume->key || session->user != event.user ||
      session->device != hello.device || session->broken ||
      !session->channel.can_replay_after(hello.resume->received)) {
    return false;
  }
  session->can_call = hello.can_call.value_or(true);
  session->can_be_quiet = hello.quiet.value_or(false);
  const bool was_missed = session->missed || session->leaving;
  if (const auto old = session->connection) {
    // The client knows that it replaced this socket; the server may not have noticed its death.
    if (!mutant(Mutant::old_socket_ends_session)) links_.erase(*old);
    context_.effects->emplace_back(Close{*old, wire::CloseCode::replaced});
  }
  attach(*session, event.connection);
  context_.log({.what = Happening::session_resumed,
                .connection = event.connection,
                .user = event.user,
                .detail = hello.client.value});
  welcome(*session, true, event.ice_servers);
  calls_->on(DeviceWelcomed{.session = *session, .page_is_new = false});
  for (std::string& frame : session->channel.replay_after(hello.resume->received)) {
    if (mutant(Mutant::missed_frames_not_repeated)) break;
    context_.send(event.connection, std::move(frame), context_.last_ticket);
  }
  if (was_missed) calls_->on(DeviceChanged{*session, wire::PeerDevice::connected});
  return true;
}

/// False when there is no place for one more session.
bool Directory::start(const Authenticated& event, const wire::Hello& hello) {
  User& user = users_[event.user];
  std::optional<SessionId> replaced;
  if (const SessionFacts* same_device = session_of(event.user, hello.device)) {
    replaced = same_device->id;
  } else if (user.sessions.size() >= kMaxSessionsPerUser) {
    replaced = session_to_give_way(user);
    // A device whose call goes on, and whose session is forgotten, comes back to it all the same.
    const bool has_place = (calls_->is_in_call(event.user, hello.device) &&
                            !mutant(Mutant::no_place_for_device_of_call)) ||
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
  session.can_be_quiet = hello.quiet.value_or(false);
  user.sessions.push_back(id);
  attach(session, event.connection);
  // Only now: a device that starts anew was never away.
  if (replaced) close_and_forget(*replaced, wire::CloseCode::replaced);
  context_.log({.what = Happening::session_started,
                .connection = event.connection,
                .user = event.user,
                .detail = hello.client.value});
  welcome(session, false, event.ice_servers);
  calls_->on(DeviceWelcomed{.session = session, .page_is_new = true});
  return true;
}

void Directory::attach(Session& session, SocketId connection) {
  links_.insert_or_assign(connection, session.id);
  set_connection(session, connection);
  session.last_heard = context_.now;
  session.leaving = false;
  session.missed = false;
  session.pace = Pace::busy;
  context_.deadlines.arm(session.id, context_.now + kPingInterval);
}

void Directory::set_connection(Session& session, std::optional<SocketId> connection) {
  sessions_online_ -= session.connection ? 1 : 0;
  sessions_online_ += connection ? 1 : 0;
  session.connection = connection;
}

void Directory::welcome(Session& session, bool resumed, const wire::IceServers& ice_servers) {
  session.told_ahead = context_.ahead;
  session.has_relay = wire::has_relay(ice_servers);
  wire::Welcome message{.session = session.id,
                        .key = session.key,
                        .resumed = resumed,
                        .received = session.channel.received(),
                        .me = party(session.user),
                        .server_time_ms = context_.wall_ms(context_.now),
                        .ice_servers = ice_servers};
  message.calls.items = calls_->snapshots(session);
  context_.send(*session.connection, wire::write_frame(message, {}), context_.last_ticket);
}

// ---- while connected ----

void Directory::on(const IceServersRenewed& event) {
  const auto link = links_.find(event.connection);
  if (link == links_.end()) return;
  const auto* id = std::get_if<SessionId>(&link->second);
  Session* session = id == nullptr ? nullptr : find_session(*id);
  if (session == nullptr) return;
  session->has_relay = wire::has_relay(event.ice_servers);
  tell_unnumbered(*session, wire::IceServersChanged{event.ice_servers});
}

void Directory::frame_received(Session& session, std::string_view text) {
  session.last_heard = context_.now;
  if (session.pace != Pace::busy) {
    if (session.pace == Pace::probed) session.pace = Pace::busy;
    context_.deadlines.arm(session.id, context_.now + ping_interval(session.pace));
  }
  if (session.leaving) {
    session.leaving = false;
    calls_->on(DeviceChanged{session, wire::PeerDevice::connected});
  }
  auto frame = wire::read_client_frame(text);
  // The number of a message that can't be understood counts: it must not be sent again.
  const wire::Envelope envelope =
      frame ? frame->envelope : wire::Envelope{.seq = frame.error().seq, .ack = std::nullopt};
  switch (session.channel.receive(envelope)) {
    case session::Channel::Receipt::duplicate:
      return;
    case session::Channel::Receipt::gap:
      context_.log(
          {.what = Happening::session_gap, .connection = session.connection, .user = session.user});
      give_up(session, wire::CloseCode::protocol_error);
      return;
    case session::Channel::Receipt::fresh:
      break;
  }
  if (envelope.seq) wake(session, Pace::busy);
  tell_missed_news(session);
  if (std::exchange(session.calls_due, false)) calls_->on(DeviceHasRoom{session});
  if (!frame) {
    refuse(session, frame.error().error, {}, frame.error().seq, frame.error().detail);
    return;
  }
  request_seq_ = frame->envelope.seq;
  std::visit(
      Overloaded{
          [&](const wire::Ping&) { tell_unnumbered(session, wire::Pong{}); },
          [](const OneOf<wire::Ack, wire::Pong> auto&) {},
          [&](const wire::Hello&) { refuse(session, Error::unknown_message, {}, {}, "hello"); },
          [&](const wire::Watch& message) { watch(session, message); },
          [&](const wire::Leaving&) { take_leaving(session); },
          [&]<class Message>(const Message&) {
            request_type_ = Message::kType;
            calls_->on(Request{.session = session, .message = frame->message});
          },
      },
      frame->message);
  request_seq_.reset();
  request_type_ = {};
  if (session.channel.acknowledgement_due()) tell_unnumbered(session, wire::Ack{});
}

/// A session that was quiet is used again: from now on it is pinged as often as any other, and its
/// silence counts anew.
void Directory::wake(Session& session, Pace pace) {
  if (session.pace != Pace::quiet || !session.connection) return;
  session.pace = pace;
  session.woken = context_.now;
  context_.deadlines.arm(session.id, context_.now + ping_interval(pace));
}

void Directory::take_leaving(Session& session) {
  if (!session.leavings.take(context_.now, kLeavingBurst, kLeavingEvery)) return;
  session.leaving = true;
  calls_->on(DeviceChanged{session, wire::PeerDevice::reloading});
}

void Directory::due(SocketId connection) {
  refuse_connection(connection, Error::internal, wire::CloseCode::timed_out);
}

void Directory::due(SessionId id) {
  Session* found = find_session(id);
  if (found == nullptr) return;
  Session& session = *found;
  if (session.channel.overrun()) {
    context_.log({.what = Happening::session_overrun,
                  .connection = session.connection,
                  .user = session.user});
    const bool was_connected = session.connection.has_value();
    give_up(session, wire::CloseCode::overrun);
    if (was_connected) return;
  }
  if (session.connection) {
    const Instant since = std::max(session.last_heard, session.woken);
    if (context_.now - since >= silence_limit(session.pace) &&
        !mutant(Mutant::silent_device_kept)) {
      context_.effects->emplace_back(Close{*session.connection, wire::CloseCode::timed_out});
      detach(session);
      return;
    }
    wire::Ping ping;
    if (session.pace == Pace::busy && session.can_be_quiet && !calls_->has_calls(session.user)) {
      session.pace = Pace::quiet;
    }
    if (session.pace == Pace::quiet) {
      ping.next_within_ms = static_cast<std::uint32_t>(kQuietPingInterval.count());
    }
    tell_unnumbered(session, ping);
    context_.deadlines.arm(session.id, std::min(context_.now + ping_interval(session.pace),
                                                since + silence_limit(session.pace)));
    if (mutant(Mutant::silent_device_kept))
      context_.deadlines.arm(session.id, context_.now + kPingInterval);
    return;
  }
  const Duration silent = context_.now - session.last_heard;
  if (session.leaving && silent >= kReloadGrace) {
    const UserId user = session.user;
    const DeviceId device = session.device;
    forget(session.id);
    calls_->on(UserLeft{user, device});
    return;
  }
  if (silent >= kSessionGrace) {
    forget(session.id);
    return;
  }
  // Three things happen on the way to the end of the grace; each moment passed again does nothing.
  publish_presence(session.user);
  if (!session.leaving && !std::exchange(session.missed, true)) {
    calls_->on(DeviceChanged{session, wire::PeerDevice::lost});
  }
  Instant next = session.last_heard + (session.leaving ? kReloadGrace : kSessionGrace);
  if (silent >= kCallerGrace) {
    calls_->on(DeviceAbsent{session.user, session.device});
  } else {
    next = std::min(next, session.last_heard + kCallerGrace);
  }
  context_.deadlines.arm(session.id, next);
}

// ---- loss ----

void Directory::on(const ConnectionLost& event) {
  const auto link = links_.find(event.connection);
  if (link == links_.end()) return;
  const auto* id = std::get_if<SessionId>(&link->second);
  Session* session = id == nullptr ? nullptr : find_session(*id);
  if (session == nullptr) {
    links_.erase(link);
    context_.deadlines.disarm(event.connection);
    return;
  }
  detach(*session);
}

/// The socket is gone; the session waits for its client to come back.
void Directory::detach(Session& session) {
  links_.erase(*session.connection);
  set_connection(session, std::nullopt);
  session.last_heard = context_.now;
  context_.deadlines.arm(session.id, context_.now + kPresenceGrace);
}

/// Something in the session is lost for good. Its device starts anew in a moment; until then it
/// counts as a device that lost its socket.
void Directory::give_up(Session& session, wire::CloseCode code) {
  session.broken = true;
  session.channel = {};
  if (!session.connection) return;
  context_.effects->emplace_back(Close{*session.connection, code});
  detach(session);
}

void Directory::close_and_forget(SessionId id, wire::CloseCode code) {
  Session* session = find_session(id);
  if (session == nullptr) return;
  if (session->connection) {
    context_.effects->emplace_back(Close{*session->connection, code});
    links_.erase(*session->connection);
    set_connection(*session, std::nullopt);
  }
  forget(id);
}

void Directory::forget(SessionId id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  stop_watching(found->second);
  context_.deadlines.disarm(id);
  const SessionFacts gone = found->second;
  sessions_.erase(found);
  std::erase(users_[gone.user].sessions, id);
  calls_->on(DeviceGone{gone});
  publish_presence(gone.user);
}

void Directory::on(const SignedOut& event) {
  const auto user = users_.find(event.user);
  if (user == users_.end()) return;
  for (const SessionId id : std::vector(user->second.sessions)) {
    const Session* session = find_session(id);
    if (session == nullptr || (event.device && session->device != *event.device)) continue;
    close_and_forget(id, wire::CloseCode::not_signed_in);
  }
  if (!event.device) people_changed();  // the account may be disabled
  // Also of devices that have been away for so long that their sessions are forgotten.
  calls_->on(UserLeft{event.user, event.device});
}

void Directory::on(const Draining& event) {
  for (auto& [id, session] : sessions_) {
    if (!session.connection) continue;
    tell_unnumbered(session, wire::Goodbye{Error::server_restarting, event.reconnect_within_ms});
    context_.effects->emplace_back(Close{*session.connection, wire::CloseCode::restarting});
  }
}

// ---- finding ----

Session* Directory::find_session(SessionId id) {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : &found->second;
}

const SessionFacts* Directory::session_of(const UserId& user, const DeviceId& device) const {
  const auto owner = users_.find(user);
  if (owner == users_.end()) return nullptr;
  for (const SessionId id : owner->second.sessions) {
    const auto session = sessions_.find(id);
    if (session != sessions_.end() && session->second.device == device) return &session->second;
  }
  return nullptr;
}

std::vector<const SessionFacts*> Directory::sessions_of(const UserId& user) const {
  std::vector<const SessionFacts*> sessions;
  const auto owner = users_.find(user);
  if (owner == users_.end()) return sessions;
  sessions.reserve(owner->second.sessions.size());
  for (const SessionId id : owner->second.sessions) sessions.push_back(&sessions_.at(id));
  return sessions;
}

}  // namespace parley::switchboard
