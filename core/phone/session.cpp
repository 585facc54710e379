#include "core/phone/session.hpp"

#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"
#include "core/phone/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::phone {

namespace {

/// Closings that coming back with the same hello can't mend.
std::optional<Error> final_refusal(std::uint16_t code) {
  switch (static_cast<wire::CloseCode>(code)) {
    case wire::CloseCode::not_signed_in:
      return Error::not_signed_in;
    case wire::CloseCode::replaced:
      return Error::session_replaced;
    case wire::CloseCode::unsupported_version:
      return Error::unsupported_version;
    case wire::CloseCode::going_away:
    case wire::CloseCode::unsupported_data:
    case wire::CloseCode::invalid_text:
    case wire::CloseCode::policy_violation:
    case wire::CloseCode::too_large:
    case wire::CloseCode::restarting:
    case wire::CloseCode::protocol_error:
    case wire::CloseCode::timed_out:
    case wire::CloseCode::overrun:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Session::Session(std::uint64_t seed) : random_(seed), opened_in_(kOpensIn) {}

void Session::sign_in(const SignedIn& event, Instant now, std::vector<Effect>& effects) {
  const bool same = device_ == event.device && token_ == event.token;
  if (same && !std::holds_alternative<Refused>(link_) &&
      !std::holds_alternative<SignedOutState>(link_)) {
    return;
  }
  sign_out(effects);
  device_ = event.device;
  token_ = event.token;
  client_ = event.client;
  open_socket(now, effects);
}

void Session::sign_out(std::vector<Effect>& effects) {
  drop_socket(effects);
  link_ = SignedOutState{};
  established_.reset();
  me_.reset();
  problem_.reset();
  token_ = {};
  failed_attempts_ = 0;
}

std::optional<SocketId> Session::socket() const {
  return std::visit(Overloaded{
                        [](const OneOf<Opening, Greeting, Online> auto& link) {
                          return std::optional(link.socket);
                        },
                        [](const OneOf<SignedOutState, Waiting, Refused> auto&) {
                          return std::optional<SocketId>();
                        },
                    },
                    link_);
}

void Session::open_socket(Instant now, std::vector<Effect>& effects) {
  const SocketId id{++sockets_};
  link_ = Opening{id, now, now + open_limit()};
  effects.emplace_back(OpenSocket{id});
}

void Session::drop_socket(std::vector<Effect>& effects) {
  if (const auto id = socket()) effects.emplace_back(CloseSocket{*id});
}

void Session::retry(Instant now, std::vector<Effect>& effects) {
  const auto* online = std::get_if<Online>(&link_);
  if (online != nullptr && now - online->since >= kSettledAfter) failed_attempts_ = 0;
  const bool asked_for = goodbye_wait_ > Duration::zero();
  // A server that closes what it has greeted is there, and gets no more than its share.
  const bool refused = online != nullptr && now - online->since < kSettledAfter;
  const Duration wait = hurries_ && !asked_for && !refused ? hurried_wait(now) : next_backoff();
  problem_ = Error::server_unreachable;
  if (wait == Duration::zero()) {
    open_socket(now, effects);
  } else {
    link_ = Waiting{now + wait, asked_for};
  }
}

void Session::start_afresh(Instant now, std::vector<Effect>& effects) {
  drop_socket(effects);
  established_.reset();
  retry(now, effects);
}

/// Attempts begin at regular intervals, none of them at the same moment as those of other devices.
Duration Session::hurried_wait(Instant now) {
  ++hurried_attempts_;
  const Instant began = std::visit(
      Overloaded{
          [](const OneOf<Opening, Greeting> auto& link) { return link.since; },
          [](const OneOf<SignedOutState, Waiting, Online, Refused> auto&) { return Instant{}; },
      },
      link_);
  const Duration jitter{static_cast<std::int64_t>(
      random_.below(static_cast<std::uint64_t>((kHurriedEvery / 10).count())))};
  return std::max(Duration::zero(), began + kHurriedEvery - now) + jitter;
}

Duration Session::next_backoff() {
  if (const Duration asked = std::exchange(goodbye_wait_, Duration{0}); asked > Duration{0}) {
    return Duration{
        static_cast<std::int64_t>(1 + random_.below(static_cast<std::uint64_t>(asked.count())))};
  }
  const unsigned attempt = failed_attempts_++;
  if (attempt == 0) return Duration::zero();
  const Duration cap = std::min(kBackoffFirst * (1U << std::min(attempt - 1, 8U)), kBackoffLimit);
  return Duration{
      static_cast<std::int64_t>(1 + random_.below(static_cast<std::uint64_t>(cap.count())))};
}

void Session::socket_opened(const SocketOpened& event, Instant now, std::vector<Effect>& effects) {
  const auto* opening = std::get_if<Opening>(&link_);
  if (opening == nullptr || opening->socket != event.socket) return;
  link_ = Greeting{event.socket, opening->since, now + open_limit()};
  wire::Hello hello{.versions = {{wire::kProtocolVersion}},
                    .device = *device_,
                    .token = token_,
                    .client = client_,
                    .resume = std::nullopt,
                    .can_call = std::nullopt};
  if (!can_call_) hello.can_call = false;
  if (established_) {
    hello.resume =
        wire::Resume{established_->id, established_->key, established_->channel.received()};
  }
  effects.emplace_back(SendFrame{event.socket, wire::write_frame(hello, {})});
}

void Session::socket_closed(const SocketClosed& event, Instant now, std::vector<Effect>& effects) {
  if (socket() != event.socket) return;
  if (const auto why = final_refusal(event.code)) {
    link_ = Refused{*why};
    established_.reset();
    return;
  }
  retry(now, effects);
}

void Session::network_changed(Instant now, std::vector<Effect>& effects) {
  if (auto* online = std::get_if<Online>(&link_)) {
    // The socket may have died unseen: ask, and believe in it only if an answer comes soon.
    probe(*online, std::max(kProbeLimit, hurried_limit()), now, effects);
  } else if (std::holds_alternative<Waiting>(link_)) {
    open_socket(now, effects);
  }
}

void Session::check(Instant now, std::vector<Effect>& effects) {
  auto* online = std::get_if<Online>(&link_);
  if (online != nullptr) probe(*online, hurried_limit(), now, effects);
}

void Session::probe(Online& online, Duration limit, Instant now, std::vector<Effect>& effects) {
  online.silent_at = std::min(online.silent_at, now + limit);
  if (std::exchange(online.asked, true)) return;
  effects.emplace_back(SendFrame{online.socket, established_->channel.unnumbered(wire::Ping{})});
}

void Session::hurry(bool hurries, Instant now, std::vector<Effect>& effects) {
  if (std::exchange(hurries_, hurries) == hurries || !hurries) return;
  hurried_attempts_ = 0;
  std::visit(Overloaded{
                 [&](OneOf<Opening, Greeting> auto& link) {
                   link.give_up_at = std::min(link.give_up_at, now + open_limit());
                 },
                 [&](const Waiting& waiting) {
                   // A server that restarts has said when.
                   if (!waiting.asked_for) open_socket(now, effects);
                 },
                 [](const OneOf<SignedOutState, Online, Refused> auto&) {},
             },
             link_);
}

Duration Session::hurried_limit() const {
  return std::clamp(kHurriedMultiple * opened_in_, kHurriedLeast, kSocketOpenLimit);
}

Duration Session::open_limit() const {
  if (!hurries_) return kSocketOpenLimit;
  const bool patient = hurried_attempts_ % kPatientAttempt == kPatientAttempt - 1;
  if (!patient) return hurried_limit();
  const int multiple = kPatientMultiple << std::min(hurried_attempts_ / kMorePatientAfter, 2U);
  return std::min(multiple * hurried_limit(), kSocketOpenLimit);
}

bool Session::answers() const {
  const auto* online = std::get_if<Online>(&link_);
  return online != nullptr && !online->asked;
}

std::optional<Instant> Session::deadline() const {
  return std::visit(
      Overloaded{
          [](const OneOf<SignedOutState, Refused> auto&) { return std::optional<Instant>(); },
          [](const Waiting& waiting) { return std::optional(waiting.retry_at); },
          [](const OneOf<Opening, Greeting> auto& link) { return std::optional(link.give_up_at); },
          [](const Online& online) {
            if (mutant(Mutant::dead_socket_believed_in)) return std::optional<Instant>();
            return std::optional(online.silent_at);
          },
      },
      link_);
}

void Session::time_reached(Instant now, std::vector<Effect>& effects) {
  const auto due = deadline();
  if (!due || *due > now) return;
  if (std::holds_alternative<Waiting>(link_)) {
    open_socket(now, effects);
  } else {
    drop_socket(effects);
    retry(now, effects);
  }
}

void Session::woken(Instant now, std::vector<Effect>& effects) {
  std::visit(Overloaded{
                 [&](Online& online) {
                   // After a long one the socket is replaced at once: the welcome brings the calls
                   // as they are, and the server's clock.
                   if (online.silent_at <= now) return;
                   probe(online, kProbeLimit, now, effects);
                 },
                 // It may have been greeted meanwhile; what says so is on its way.
                 [&](OneOf<Opening, Greeting> auto& link) {
                   link.give_up_at = std::max(link.give_up_at, now + kProbeLimit);
                 },
                 [](const OneOf<SignedOutState, Waiting, Refused> auto&) {},
             },
             link_);
}

std::optional<wire::ServerMessage> Session::frame_received(const FrameReceived& event, Instant now,
                                                           std::vector<Effect>& effects) {
  if (socket() != event.socket) return std::nullopt;
  auto frame = wire::read_server_frame(event.text);
  if (!frame) {
    effects.emplace_back(Log{LogLevel::warning, std::nullopt,
                             "server message not understood: " + frame.error().detail});
    // A number that was read counts as received; what a newer server says there is not for us.
    if (established_ && frame.error().seq) {
      (void)established_->channel.receive({.seq = frame.error().seq, .ack = std::nullopt});
    }
    return std::nullopt;
  }
  if (const auto* welcome = std::get_if<wire::Welcome>(&frame->message)) {
    if (!std::holds_alternative<Greeting>(link_)) return std::nullopt;
    if (welcome->resumed && !established_) {
      // Given up while the hello was on its way: nobody here knows the numbers any more.
      start_afresh(now, effects);
      return std::nullopt;
    }
    welcomed(*welcome, event.socket, now, effects);
    return std::move(frame->message);
  }
  // A server that is full or stops may say so instead of a welcome.
  if (const auto* goodbye = std::get_if<wire::Goodbye>(&frame->message)) {
    goodbye_wait_ = Duration{std::min<std::int64_t>(goodbye->reconnect_within_ms, 60'000)};
    return std::nullopt;
  }
  auto* online = std::get_if<Online>(&link_);
  if (online == nullptr) return std::nullopt;  // a refusal of the hello: its close code decides
  online->silent_at = now + kSilenceLimit;
  online->asked = false;
  session::Channel& channel = established_->channel;
  switch (channel.receive(frame->envelope)) {
    case session::Channel::Receipt::duplicate:
      return std::nullopt;
    case session::Channel::Receipt::gap:
      // Something is lost for good: start afresh, the snapshot brings the truth.
      effects.emplace_back(
          Log{LogLevel::warning, std::nullopt, "gap in the session: starting afresh"});
      start_afresh(now, effects);
      return std::nullopt;
    case session::Channel::Receipt::fresh:
      break;
  }
  if (std::holds_alternative<wire::Ping>(frame->message)) {
    effects.emplace_back(SendFrame{event.socket, channel.unnumbered(wire::Pong{})});
    return std::nullopt;
  }
  if (const auto* renewed = std::get_if<wire::IceServersChanged>(&frame->message)) {
    ice_servers_ = renewed->ice_servers;
    return std::move(frame->message);
  }
  if (channel.acknowledgement_due()) {
    effects.emplace_back(SendFrame{event.socket, channel.unnumbered(wire::Ack{})});
  }
  return std::move(frame->message);
}

void Session::welcomed(const wire::Welcome& welcome, SocketId socket, Instant now,
                       std::vector<Effect>& effects) {
  if (const auto* greeting = std::get_if<Greeting>(&link_)) opened_in_ = now - greeting->since;
  link_ = Online{.socket = socket, .since = now, .silent_at = now + kSilenceLimit};
  problem_.reset();
  me_ = welcome.me;
  ice_servers_ = welcome.ice_servers;
  server_ahead_ = since_epoch(welcome.server_time_ms) - now.time_since_epoch();
  if (welcome.resumed) {
    for (std::string& frame : established_->channel.replay_after(welcome.received)) {
      effects.emplace_back(SendFrame{socket, std::move(frame)});
    }
  } else {
    established_ = Established{welcome.session, welcome.key, {}};
  }
}

void Session::send(const wire::ClientMessage& message, std::vector<Effect>& effects) {
  if (!established_) return;
  const std::string frame = std::visit(
      [this](const auto& alternative) { return established_->channel.number(alternative); },
      message);
  if (established_->channel.overrun()) {
    // Too much for the buffer: the next welcome starts afresh, and its snapshot brings the truth.
    established_.reset();
    if (online()) {
      drop_socket(effects);
      link_ = Waiting{Instant{}};
    }
    return;
  }
  if (const auto* online = std::get_if<Online>(&link_)) {
    effects.emplace_back(SendFrame{online->socket, frame});
  }
}

SessionPhase Session::phase() const {
  return std::visit(Overloaded{
                        [](const SignedOutState&) { return SessionPhase::signed_out; },
                        [](const Refused&) { return SessionPhase::refused; },
                        [](const Online&) { return SessionPhase::online; },
                        [this](const OneOf<Waiting, Opening, Greeting> auto&) {
                          return me_ ? SessionPhase::reconnecting : SessionPhase::connecting;
                        },
                    },
                    link_);
}

std::optional<Error> Session::problem() const {
  if (const auto* refused = std::get_if<Refused>(&link_)) return refused->why;
  return online() ? std::nullopt : problem_;
}

}  // namespace parley::phone
