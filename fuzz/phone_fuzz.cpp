// Drives a phone with all possible events in any order: a shell with correct and wrong answers,
// a server that follows the protocol or not, and time. In all cases the phone opens and closes in
// pairs, sends only to open sockets, and holds nothing once no user is signed in.
#include "core/base/overloaded.hpp"
#include "core/media/timers.hpp"
#include "core/phone/phone.hpp"
#include "core/phone/timers.hpp"
#include "fuzz/bytes.hpp"
#include "fuzz/expect.hpp"

#include <map>
#include <set>
#include <utility>
#include <vector>

namespace parley::fuzz {

namespace {

using media::SourceKind;
using wire::MediaKind;

/// More effects than one event can need: a resend of everything unacknowledged, and a change of
/// every call.
constexpr std::size_t kMaxEffects = wire::kMaxUnacknowledgedMessages + 512;
/// A chain of events at one instant that is longer than this is endless.
constexpr int kMaxTurns = 64;
/// Longer inputs find no further errors.
constexpr int kMaxEvents = 600;

bool is_live(const phone::CallView& call) {
  return call.phase != phone::Phase::ended && call.phase != phone::Phase::elsewhere;
}

/// A shell from the view of the phone.
class Shell {
  /// The device at the other side of a call.
  struct Peer {
    DeviceId device;
    std::uint32_t link = 0;
    std::uint32_t offers = 0;        // offers made by it
    std::uint32_t offers_heard = 0;  // the last round of this phone's offers
  };

 public:
  Shell(Bytes& bytes, std::uint64_t seed) : bytes_(bytes), phone_(seed) {}

  void run() {
    feed(phone::SignedIn{.token = {"t"}, .device = device_id(0), .client = {"fuzz"}});
    if (!bytes_.one_in(8)) {
      feed(phone::SocketOpened{*socket_});
      say(wire::Welcome{.me = {{"ada"}, {"Ada"}}, .server_time_ms = server_time()}, false);
    }
    for (int events = 0; events < kMaxEvents && !bytes_.empty(); ++events) step();
    end();
  }

 private:
  void step() {
    switch (bytes_.below(16)) {
      case 0:
        return pass(some_time(bytes_));
      case 1:
      case 2:
        return answer_oldest();
      case 3:
        return socket_goes_on();
      case 4:
      case 5:
        return server_says();
      case 6:
      case 7:
        return person_does();
      case 8:
        return media_flows();
      case 9:
        return anything();
      default:
        return call_goes_on();
    }
  }

  /// The next normal step of a call; without it no input gets far.
  void call_goes_on() {
    const phone::View view = phone_.view();
    if (view.calls.items.empty()) {
      const wire::Party bea{{"bea"}, {"Bea"}};
      const CallId call = call_id(bytes_.below(kCalls));
      if (bytes_.one_in(2)) return feed(phone::Dialed{call, bea, MediaKind::video});
      const wire::Incoming incoming{
          .call = call, .caller = bea, .expires_at_ms = server_time() + 45'000};
      return say(incoming, true);
    }
    const phone::CallView& call = view.calls.items[bytes_.below(view.calls.items.size())];
    Peer& peer = peers_[call.call];
    switch (call.phase) {
      case phone::Phase::calling:
        return say(wire::Progress{.call = call.call, .delivered = 1, .ringing = 1}, true);
      case phone::Phase::incoming:
        if (bytes_.one_in(2)) return warm_up(call, peer);
        return feed(phone::AnswerPressed{.call = call.call});
      case phone::Phase::ringing:
        if (bytes_.one_in(2)) return warm_up(call, peer);
        [[fallthrough]];
      case phone::Phase::answering:
        if (bytes_.one_in(2) && peer.link > 0) return connection_goes_on(call, peer);
        peer = {.device = device_id(1 + bytes_.below(2)), .link = peer.link + 1};
        return say(wire::Accepted{.call = call.call,
                                  .peer = call.peer,
                                  .peer_device = peer.device,
                                  .link = peer.link,
                                  .offers = bytes_.one_in(2)},
                   true);
      case phone::Phase::connecting:
      case phone::Phase::active:
      case phone::Phase::reconnecting:
        return connection_goes_on(call, peer);
      case phone::Phase::elsewhere:
        return feed(phone::JoinPressed{call.call});
      case phone::Phase::ended:
        return feed(phone::Dismissed{call.call});
    }
  }

  void warm_up(const phone::CallView& call, Peer& peer) {
    peer = {.device = device_id(1 + bytes_.below(2)), .link = peer.link + 1};
    return say(wire::WarmUp{.call = call.call,
                            .peer_device = peer.device,
                            .link = peer.link,
                            .offers = bytes_.one_in(2),
                            .relays_only = bytes_.one_in(2)},
               true);
  }

  void connection_goes_on(const phone::CallView& call, Peer& peer) {
    switch (bytes_.below(6)) {
      case 0: {
        wire::Description description{.sdp = {fuzz::description(bytes_.below(3))}};
        if (bytes_.one_in(2)) {
          description.round = ++peer.offers;
        } else {
          description.kind = wire::DescriptionKind::answer;
          description.round = peer.offers_heard;
        }
        return peer_says(call.call, peer, description);
      }
      case 1: {
        wire::Candidates candidates;
        fill(bytes_, candidates);
        return peer_says(call.call, peer, candidates);
      }
      case 2:
        return time_is_reached_at(Duration{200});
      case 3:
        if (!call.connection) return;
        return feed(
            phone::ConnectionStateChanged{*call.connection, phone::ConnectionState::connected});
      default:
        if (!call.connection) return;
        packets_ += 50;
        return feed(sample_of(*call.connection));
    }
  }

  void peer_says(CallId call, const Peer& peer, const wire::PeerMessage& message) {
    say(wire::RelayedSignal{call, peer.device, peer.link, {json::to_json(message)}}, true);
  }

  void time_is_reached_at(Duration later) {
    now_ += later;
    time_is_reached();
  }

  void pass(Duration time) {
    const auto due = phone_.next_deadline();
    const Instant end = now_ + time;
    if (due && *due <= end) {
      now_ = std::max(now_, *due);
      time_is_reached();
    } else {
      now_ = end;
    }
  }

  void time_is_reached() {
    for (int turns = 0;; ++turns) {
      PARLEY_EXPECT(turns < kMaxTurns);  // otherwise a page would loop
      const auto due = phone_.next_deadline();
      if (!due || *due > now_) return;
      feed(phone::TimeReached{});
    }
  }

  /// A result that the phone waits for arrives, or fails.
  void answer_oldest() {
    const bool good = !bytes_.one_in(4);
    if (!asked_media_.empty() && bytes_.one_in(2)) {
      const MediaRequestId request{asked_media_.begin()->first};
      return good ? open_media(request) : fail_media(request);
    }
    if (operations_.empty()) return;
    const auto [id, wanted] = *operations_.begin();
    if (!good) {
      feed(phone::OperationFailed{wanted.connection, {id}, {"OperationError"}, {"no"}});
    } else if (wanted.kind) {
      feed(phone::LocalDescriptionSet{
          wanted.connection, {id}, *wanted.kind, description(bytes_.below(3))});
    } else {
      feed(phone::RemoteDescriptionSet{wanted.connection, {id}});
    }
  }

  void open_media(MediaRequestId request) {
    phone::MediaOpened opened;
    fill(bytes_, opened);
    opened.request = request;
    feed(opened);
  }

  void fail_media(MediaRequestId request) {
    constexpr std::array<std::string_view, 6> kNames{"NotAllowedError",      "NotFoundError",
                                                     "NotReadableError",     "AbortError",
                                                     "OverconstrainedError", "SecurityError"};
    phone::MediaFailed failed;
    fill(bytes_, failed);
    failed.request = request;
    failed.name = {std::string{kNames[bytes_.below(kNames.size())]}};
    feed(failed);
  }

  void socket_goes_on() {
    if (!socket_) return;
    if (!socket_is_open_) {
      if (bytes_.one_in(8)) {
        feed(phone::SocketClosed{*socket_});
        return;
      }
      feed(phone::SocketOpened{*socket_});
      if (!bytes_.one_in(8)) welcome();
      return;
    }
    if (bytes_.one_in(2)) {
      say(wire::Ping{}, false);
    } else {
      constexpr std::array<std::uint16_t, 6> kCodes{1006, 1001, 1012, 4001, 4002, 4004};
      feed(phone::SocketClosed{*socket_, kCodes[bytes_.below(kCodes.size())]});
    }
  }

  void welcome() {
    wire::Welcome message;
    fill(bytes_, message);
    message.version = wire::kProtocolVersion;
    if (!bytes_.one_in(4)) message.server_time_ms = server_time();
    if (!message.resumed) said_ = 0;
    say(message, false);
  }

  void server_says() {
    if (bytes_.one_in(16)) return say_text(bytes_.text(48));
    wire::ServerMessage message;
    fill(bytes_, message);
    std::visit(
        [this]<class M>(M& m) {
          if constexpr (requires { m.expires_at_ms; }) {
            if (!bytes_.one_in(4)) m.expires_at_ms = server_time() + 45'000;
          }
          constexpr bool kNumbered = !OneOf<M, wire::Welcome, wire::Ack, wire::Ping, wire::Pong,
                                            wire::Goodbye, wire::IceServersChanged>;
          say(m, kNumbered);
        },
        message);
  }

  template <class Message>
  void say(const Message& message, bool numbered) {
    wire::Envelope envelope;
    if (numbered) envelope.seq = ++said_;
    const std::uint8_t chosen = bytes_.byte();
    if (chosen == 255) {
      fill(bytes_, envelope);
    } else if (chosen % 2 == 0) {
      envelope.ack = heard_;
    }
    say_text(wire::write_frame(message, envelope));
  }

  void say_text(std::string text) {
    feed(phone::FrameReceived{socket_.value_or(SocketId{1}), std::move(text)});
  }

  void person_does() {
    switch (bytes_.below(15)) {
      case 0: {
        phone::Dialed dialed;
        fill(bytes_, dialed);
        return feed(dialed);
      }
      case 1:
      case 2:
        return filled<phone::AnswerPressed>();
      case 3:
        return filled<phone::DeclinePressed>();
      case 4:
        return filled<phone::HangUpPressed>();
      case 5:
        return filled<phone::JoinPressed>();
      case 6:
        return filled<phone::HoldSwitched>();
      case 7:
        return filled<phone::Dismissed>();
      case 8:
        return filled<phone::MicrophoneSwitched>();
      case 9:
        return filled<phone::CameraSwitched>();
      case 10:
        return filled<phone::ScreenSwitched>();
      case 11:
        return filled<phone::DeviceChosen>();
      case 12:
        return filled<phone::DevicesListed>();
      case 13:
        return filled<phone::PermissionChanged>();
      default:
        return filled<phone::NetworkChanged>();
    }
  }

  phone::StatsSampled sample_of(PeerConnectionId connection) {
    phone::StatsSampled sample;
    fill(bytes_, sample);
    sample.connection = connection;
    sample.received.microphone.packets = packets_;
    return sample;
  }

  /// An event on an open connection.
  void media_flows() {
    if (connections_.empty()) return;
    const PeerConnectionId connection{*connections_.rbegin()};
    switch (bytes_.below(5)) {
      case 4:
        return speak_directly(connection);
      case 0:
        packets_ += bytes_.below(4) * 50;
        return feed(sample_of(connection));
      case 1: {
        phone::ConnectionStateChanged changed{.connection = connection};
        fill(bytes_, changed.state);
        return feed(changed);
      }
      case 2: {
        phone::CandidateGathered gathered;
        fill(bytes_, gathered);
        gathered.connection = connection;
        return feed(gathered);
      }
      default:
        return feed(phone::GatheringCompleted{connection});
    }
  }

  void speak_directly(PeerConnectionId connection) {
    if (bytes_.one_in(4)) return feed(phone::DirectOpened{connection});
    if (bytes_.one_in(8)) return feed(phone::DirectReceived{connection, bytes_.text(48)});
    wire::Status said;
    fill(bytes_, said);
    feed(phone::DirectReceived{connection, json::to_json(wire::DirectMessage(said))});
  }

  /// An event that may be out of place.
  void anything() {
    phone::Event event;
    fill(bytes_, event);
    feed(event);
  }

  template <class Event>
  void filled() {
    Event event;
    fill(bytes_, event);
    feed(event);
  }

  /// All users sign out.
  void end() {
    feed(phone::SignedOut{});
    while (!asked_media_.empty()) open_media({asked_media_.begin()->first});
    // A list of devices is still accepted; nothing else is pending.
    time_is_reached_at(media::kListSettles);
    PARLEY_EXPECT(!socket_);
    PARLEY_EXPECT(connections_.empty());
    PARLEY_EXPECT(tracks_.empty());
    PARLEY_EXPECT(!phone_.next_deadline());
    PARLEY_EXPECT(phone_.view().calls.items.empty());
  }

  void feed(const phone::Event& event) {
    std::visit([this](const auto& one) { happens(one); }, event);
    std::vector<phone::Effect> effects;
    phone_.handle(event, now_, effects);
    PARLEY_EXPECT(effects.size() <= kMaxEffects);
    for (const phone::Effect& effect : effects) {
      std::visit([this](const auto& one) { perform(one); }, effect);
    }
    check();
  }

  // ---- effects of events on the shell ----

  template <class Event>
  void happens(const Event&) {}
  void happens(const phone::SocketOpened& event) {
    if (socket_ == event.socket) socket_is_open_ = true;
  }
  void happens(const phone::SocketClosed& event) {
    if (socket_ == event.socket) socket_.reset();
  }
  void happens(const phone::MediaOpened& event) {
    const auto asked = asked_media_.find(event.request.value);
    if (asked == asked_media_.end()) return;
    const auto& [microphone, camera, screen] = asked->second;
    if (microphone) tracks_.insert({event.request.value, SourceKind::microphone});
    if (camera) tracks_.insert({event.request.value, SourceKind::camera});
    if (screen) tracks_.insert({event.request.value, SourceKind::screen});
    asked_media_.erase(asked);
  }
  void happens(const phone::MediaFailed& event) { asked_media_.erase(event.request.value); }
  void happens(const phone::MediaEnded& event) {
    tracks_.erase({event.request.value, event.source});
  }
  template <class Event>
    requires requires(const Event& event) { event.operation; }
  void happens(const Event& event) {
    operations_.erase(event.operation.value);
  }

  // ---- requests of the phone to the shell ----

  void perform(const phone::OpenSocket& effect) {
    PARLEY_EXPECT(!socket_);
    socket_ = effect.socket;
    socket_is_open_ = false;
    heard_ = 0;
  }
  void perform(const phone::CloseSocket& effect) {
    PARLEY_EXPECT(socket_ == effect.socket);
    socket_.reset();
  }
  void perform(const phone::SendFrame& effect) {
    PARLEY_EXPECT(socket_ == effect.socket && socket_is_open_);
    PARLEY_EXPECT(effect.text.size() <= wire::kMaxFrameBytes);
    const auto frame = wire::read_client_frame(effect.text);
    PARLEY_EXPECT(frame.has_value());
    if (frame->envelope.seq) heard_ = *frame->envelope.seq;
    const auto* signal = std::get_if<wire::Signal>(&frame->message);
    if (signal == nullptr) return;
    const auto message = wire::read_peer_message(signal->data.text);
    PARLEY_EXPECT(message.has_value());
    const auto* description = std::get_if<wire::Description>(&*message);
    if (description != nullptr && description->kind == wire::DescriptionKind::offer) {
      peers_[signal->call].offers_heard = description->round;
    }
  }
  void perform(const phone::OpenMedia& effect) {
    PARLEY_EXPECT(effect.microphone || effect.camera);
    const Asked asked{effect.microphone.has_value(), effect.camera.has_value(), false};
    PARLEY_EXPECT(asked_media_.emplace(effect.request.value, asked).second);
  }
  void perform(const phone::OpenScreen& effect) {
    PARLEY_EXPECT(asked_media_.emplace(effect.request.value, Asked{false, false, true}).second);
  }
  void perform(const phone::MeasureSound& effect) {
    PARLEY_EXPECT(tracks_.contains({effect.request.value, SourceKind::microphone}));
  }
  void perform(const phone::CloseMedia& effect) {
    PARLEY_EXPECT(tracks_.erase({effect.request.value, effect.source}) == 1);
  }
  void perform(const phone::PlayTone&) {}
  void perform(const phone::Log&) {}
  void perform(const phone::CreateConnection& effect) {
    PARLEY_EXPECT(effect.connection.value == ++created_);
    connections_.insert(effect.connection.value);
  }
  void perform(const phone::CloseConnection& effect) {
    PARLEY_EXPECT(connections_.erase(effect.connection.value) == 1);
    std::erase_if(operations_, [&](const auto& operation) {
      return operation.second.connection == effect.connection;
    });
  }
  /// All other effects are about a connection, and it must be open.
  template <class Effect>
  void perform(const Effect& effect) {
    PARLEY_EXPECT(connections_.contains(effect.connection.value));
    if constexpr (requires { effect.operation; }) {
      Operation operation{effect.connection, std::nullopt};
      if constexpr (std::same_as<Effect, phone::MakeOffer>) {
        operation.kind = wire::DescriptionKind::offer;
      } else if constexpr (std::same_as<Effect, phone::MakeAnswer>) {
        operation.kind = wire::DescriptionKind::answer;
      }
      operations_.insert_or_assign(effect.operation.value, operation);
    }
  }

  /// The conditions after every event.
  void check() {
    const phone::View view = phone_.view();
    PARLEY_EXPECT(view.presence.items.size() <= wire::kMaxWatched);
    PARLEY_EXPECT(view.calls.items.size() <= phone::kMaxCallsShown);
    const bool all_are_shown = view.calls.items.size() < phone::kMaxCallsShown;
    std::set<CallId> calls;
    std::size_t live = 0;
    for (const phone::CallView& call : view.calls.items) {
      PARLEY_EXPECT(calls.insert(call.call).second);
      live += is_live(call) ? 1U : 0U;
      if (call.connection) {
        PARLEY_EXPECT(is_live(call));
        PARLEY_EXPECT(connections_.contains(call.connection->value));
      }
    }
    if (!all_are_shown) return;
    // A call has two connections at most: its own and a replacement. One that rings may have more.
    static_assert(phone::kMaxWarmConnections >= 2);
    PARLEY_EXPECT(connections_.size() <= phone::kMaxWarmConnections * live);
    PARLEY_EXPECT(live > 0 || tracks_.empty());
  }

  [[nodiscard]] std::int64_t server_time() const { return kServerAhead + ms_of(now_); }

  struct Operation {
    PeerConnectionId connection;
    std::optional<wire::DescriptionKind> kind;  // to create; if empty, one is applied
  };

  static constexpr std::int64_t kServerAhead = 1'700'000'000'000;

  Bytes& bytes_;
  phone::Phone phone_;
  Instant now_ = instant_from_ms(1000);

  std::optional<SocketId> socket_;
  bool socket_is_open_ = false;
  std::uint32_t said_ = 0;   // sent by the server in this session
  std::uint32_t heard_ = 0;  // received by the server
  struct Asked {
    bool microphone = false;
    bool camera = false;
    bool screen = false;
  };
  std::map<std::uint64_t, Asked> asked_media_;
  std::set<std::pair<std::uint64_t, SourceKind>> tracks_;
  std::uint64_t created_ = 0;
  std::set<std::uint64_t> connections_;
  std::map<std::uint64_t, Operation> operations_;
  std::uint64_t packets_ = 0;
  std::map<CallId, Peer> peers_;
};

}  // namespace

}  // namespace parley::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parley::fuzz::Bytes bytes(data, size);
  const std::uint64_t seed = bytes.byte();
  parley::fuzz::Shell(bytes, seed).run();
  return 0;
}
