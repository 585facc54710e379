// Drives a switchboard with several people's devices: sockets that open and break, sessions that
// are resumed, requests of every kind in any order, garbage, time, and a server that is killed and
// restarts with the records that were durable. In all cases nothing is told before it is
// written, a record is closed once, and without clients the switchboard holds nothing.
#include "core/base/overloaded.hpp"
#include "core/session/channel.hpp"
#include "core/switchboard/switchboard.hpp"
#include "core/switchboard/timers.hpp"
#include "fuzz/bytes.hpp"
#include "fuzz/expect.hpp"

#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <utility>
#include <vector>

namespace parley::fuzz {

namespace {

using namespace switchboard;

constexpr std::size_t kClients = 10;
/// One event can reach every session with a frame about every call, and replay unacknowledged
/// frames.
constexpr std::size_t kMaxEffects = wire::kMaxUnacknowledgedMessages + 2048;
/// A chain of events at one instant that is longer than this is endless.
constexpr int kMaxTurns = 256;
/// Longer inputs find no further errors.
constexpr int kMaxEvents = 600;

/// The call of a message.
std::optional<CallId> call_in(const wire::ServerMessage& message) {
  return std::visit(
      []<class M>(const M& m) -> std::optional<CallId> {
        if constexpr (std::same_as<M, wire::Elsewhere>) {
          return m.call.call;
        } else if constexpr (requires { m.call; }) {
          return m.call;
        } else {
          return std::nullopt;
        }
      },
      message);
}

/// A device at the other end of a socket: it counts messages as the protocol requires.
struct Client {
  UserId user;
  DeviceId device;
  SocketId socket;  // 0 without a socket
  bool authenticating = false;
  std::uint32_t said = 0;
  std::uint32_t heard = 0;
  std::optional<wire::Resume> session;
};

class Town {
 public:
  explicit Town(Bytes& bytes) : bytes_(bytes) {
    for (std::size_t i = 0; i < kClients; ++i) {
      clients_.push_back(
          {.user = {std::string(kUsers[i % kUsers.size()])}, .device = device_id(i % kDevices)});
    }
    introduce();
  }

  void run() {
    if (!bytes_.one_in(8)) {
      for (Client& client : clients_) connect(client);
    }
    for (int events = 0; events < kMaxEvents && !bytes_.empty(); ++events) step();
    end();
  }

 private:
  void step() {
    Client& client = clients_[bytes_.below(kClients)];
    switch (bytes_.below(16)) {
      case 0:
        return pass(some_time(bytes_));
      case 1:
        return time_is_reached();
      case 2:
        return lose(client);
      case 3:
        return anything();
      case 4:
        if (bytes_.one_in(8)) return crash();
        return write_some();
      case 5:
        if (client.socket.value == 0) return connect(client);
        return say_text(client, bytes_.text(48));
      default:
        if (client.socket.value == 0) return connect(client);
        if (client.authenticating) return authenticate(client);
        return bytes_.one_in(4) ? say_anything(client) : call_goes_on(client);
    }
  }

  // ---- devices ----

  void connect(Client& client) {
    client.socket = {++sockets_};
    client.authenticating = true;
    open_.insert(client.socket.value);
    wire::Hello hello{.versions = {{wire::kProtocolVersion}},
                      .device = client.device,
                      .token = {client.user.text},
                      .client = {"fuzz"},
                      .resume = client.session};
    if (hello.resume) hello.resume->received = client.heard;
    if (bytes_.one_in(16)) fill(bytes_, hello);
    feed(FrameReceived{client.socket, wire::write_frame(hello, {})});
    if (!bytes_.one_in(8)) authenticate(client);
  }

  void authenticate(Client& client) {
    if (!client.authenticating) return;
    client.authenticating = false;
    if (bytes_.one_in(16)) {
      feed(AuthenticationFailed{client.socket});
    } else {
      random_ += 4;
      feed(Authenticated{
          client.socket, client.user, {random_, random_ + 1, random_ + 2, random_ + 3}});
    }
  }

  void say_anything(Client& client) {
    wire::ClientMessage message;
    fill(bytes_, message);
    say(client, message);
  }

  /// The next normal message of a device; without it no input gets far.
  void call_goes_on(Client& client) {
    const CallRecord* record = newest_call_of(client.user);
    if (record == nullptr) {
      const CallId call = call_id(bytes_.below(64));
      const UserId callee{std::string(kUsers[bytes_.below(kUsers.size())])};
      return say(client, wire::Invite{.call = call, .callee = callee});
    }
    const CallId call = record->call;
    const bool calls = record->caller.user == client.user;
    if (record->phase == wire::CallPhase::ringing) {
      if (bytes_.one_in(8)) return say(client, wire::HangUp{.call = call});
      if (calls) return;
      if (bytes_.one_in(4)) return say(client, wire::Ringing{call});
      return say(client, wire::Accept{call});
    }
    switch (bytes_.below(8)) {
      case 0:
        return say(client, wire::HangUp{.call = call});
      case 1:
        return say(client, wire::Join{call});
      case 2: {
        wire::Status status{.call = call};
        fill(bytes_, status.status);
        return say(client, status);
      }
      case 3: {
        const Leg& other = calls ? record->callee : record->caller;
        wire::Signal signal{.call = call, .to = other.device.value_or(DeviceId{})};
        signal.link = record->link;
        return say(client, signal);
      }
      default:
        return say(client, wire::MediaReport{.call = call, .flowing = !bytes_.one_in(4)});
    }
  }

  const CallRecord* newest_call_of(const UserId& user) {
    for (const auto& record : std::views::reverse(records_)) {
      if (record.caller.user == user || record.callee.user == user) return &record;
    }
    return nullptr;
  }

  void say(Client& client, const wire::ClientMessage& message) {
    wire::Envelope envelope;
    const bool numbered = !std::visit(
        []<class M>(const M&) { return OneOf<M, wire::Hello, wire::Ack, wire::Ping, wire::Pong>; },
        message);
    if (numbered) envelope.seq = ++client.said;
    const std::uint8_t chosen = bytes_.byte();
    if (chosen == 255) {
      fill(bytes_, envelope);
    } else if (chosen % 4 != 0) {
      envelope.ack = client.heard;
    }
    say_text(client,
             std::visit([&](const auto& m) { return wire::write_frame(m, envelope); }, message));
  }

  void say_text(Client& client, const std::string& text) {
    // A shell reads nothing from a socket that it was told to close.
    if (open_.contains(client.socket.value)) feed(FrameReceived{client.socket, text});
  }

  void lose(Client& client) {
    const SocketId lost = std::exchange(client.socket, {});
    if (lost.value == 0) return;
    open_.erase(lost.value);
    feed(ConnectionLost{lost});
  }

  Client* client_on(SocketId socket) {
    for (Client& client : clients_) {
      if (client.socket == socket) return &client;
    }
    return nullptr;
  }

  // ---- the shell of the server ----

  void introduce() {
    for (const std::string_view user : kUsers) {
      feed(UserKnown{
          .user = {std::string(user)}, .name = {std::string(user)}, .call_waiting = user != "dot"});
    }
  }

  /// All writes up to here are durable.
  void write_some() {
    const std::size_t count = bytes_.below(8);
    for (std::size_t i = 0; i < count && !unwritten_.empty(); ++i) {
      write(unwritten_.front());
      unwritten_.erase(unwritten_.begin());
    }
  }

  void write(const Store& store) {
    if (store.record.merged) durable_.erase(store.record.merged->call);
    CallRecord& known = durable_.try_emplace(store.record.call, store.record).first->second;
    if (known.phase != wire::CallPhase::ended) known = store.record;
  }

  /// kill -9: writes that are not durable are lost, and so are all sockets.
  void crash() {
    unwritten_.clear();
    open_.clear();
    written_.clear();
    records_.clear();
    closed_.clear();
    last_ticket_ = 0;
    draining_ = false;
    for (Client& client : clients_) client.socket = {};
    now_ += some_time(bytes_);
    board_ = Switchboard(Settings{});
    if (bytes_.one_in(4)) ahead_ += some_step();
    feed(WallClock{.ahead = ahead_});
    introduce();
    for (const auto& [call, record] : durable_) {
      const bool over = record.phase == wire::CallPhase::ended;
      if (over) closed_.insert(call);
      if (!over) records_.push_back(record);
      if (record.merged) closed_.insert(record.merged->call);
      feed(CallRestored{record});
    }
  }

  void pass(Duration time) {
    const auto due = board_.next_deadline();
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
      PARLEY_EXPECT(turns < kMaxTurns);  // otherwise a server would loop
      const auto due = board_.next_deadline();
      if (!due || *due > now_) return;
      feed(TimeReached{});
    }
  }

  /// Other reports of a shell, valid or not.
  void anything() {
    const SocketId socket{bytes_.below(16)};
    const UserId user{std::string(kUsers[bytes_.below(kUsers.size())])};
    switch (bytes_.below(6)) {
      case 0:
        return feed(SignedOut{
            user, bytes_.one_in(2) ? std::optional(device_id(bytes_.below(4))) : std::nullopt});
      case 1:
        if (open_.contains(socket.value)) return;
        return feed(ConnectionLost{socket});
      case 2:
        if (open_.contains(socket.value)) return;
        return feed(AuthenticationFailed{socket});
      case 3:
        draining_ = true;
        return feed(Draining{static_cast<std::uint32_t>(bytes_.byte())});
      case 4: {
        const Duration by = some_step();
        ahead_ += by;
        return feed(WallClock{.ahead = ahead_, .corrected = bytes_.one_in(4) ? Duration{0} : by});
      }
      default:
        return feed(UserKnown{user, {user.text}, bytes_.one_in(2)});
    }
  }

  /// The step of the wall clock: up to six days, forward or back.
  Duration some_step() {
    const auto hours = std::chrono::hours(bytes_.byte());
    return bytes_.one_in(2) ? Duration(hours) : -Duration(hours);
  }

  /// All users leave, and time passes until nothing is pending.
  void end() {
    for (Client& client : clients_) lose(client);
    for (int turns = 0; turns < 10'000; ++turns) {
      const auto due = board_.next_deadline();
      if (!due) break;
      PARLEY_EXPECT(*due - now_ < std::chrono::hours(1));
      now_ = std::max(now_, *due);
      feed(TimeReached{});
    }
    PARLEY_EXPECT(!board_.next_deadline());
    const Gauges gauges = board_.gauges();
    PARLEY_EXPECT(gauges.sessions == 0);
    PARLEY_EXPECT(gauges.sessions_online == 0);
    PARLEY_EXPECT(gauges.users_online == 0);
    PARLEY_EXPECT(gauges.calls == 0);
    for (const Store& store : unwritten_) write(store);
    for (const auto& [call, record] : durable_) {
      PARLEY_EXPECT(record.phase == wire::CallPhase::ended);
    }
  }

  void feed(const Event& event) {
    std::vector<Effect> effects;
    board_.handle(event, now_, effects);
    PARLEY_EXPECT(effects.size() <= kMaxEffects);
    for (const Effect& effect : effects) {
      std::visit([this](const auto& one) { this->perform(one); }, effect);
    }
    const Gauges gauges = board_.gauges();
    PARLEY_EXPECT(gauges.sessions_online <= gauges.sessions);
    PARLEY_EXPECT(draining_ || gauges.sessions_online <= open_.size());
    PARLEY_EXPECT(gauges.sessions <= kUsers.size() * kMaxSessionsPerUser);
    PARLEY_EXPECT(gauges.users_online <= kUsers.size());
    PARLEY_EXPECT(gauges.calls <= kUsers.size() * static_cast<std::size_t>(kMaxCallsPerUser));
  }

  void perform(const Store& store) {
    PARLEY_EXPECT(store.ticket.value == ++last_ticket_);
    const bool over = store.record.phase == wire::CallPhase::ended;
    PARLEY_EXPECT(over == store.record.reason.has_value());
    if (over && store.record.connected_at_ms) {
      PARLEY_EXPECT(store.record.ended_at_ms >= store.record.connected_at_ms);
    }
    PARLEY_EXPECT(!closed_.contains(store.record.call));  // an id is used once
    if (over) closed_.insert(store.record.call);
    if (store.record.merged) closed_.insert(store.record.merged->call);
    written_[store.record.call] = last_ticket_;
    unwritten_.push_back(store);
    std::erase_if(records_, [&](const CallRecord& record) {
      return record.call == store.record.call ||
             (store.record.merged && record.call == store.record.merged->call);
    });
    if (!over) records_.push_back(store.record);
  }

  void perform(const Send& send) {
    PARLEY_EXPECT(draining_ || open_.contains(send.connection.value));
    PARLEY_EXPECT(send.after.value <= last_ticket_);
    PARLEY_EXPECT(send.text.size() <= wire::kMaxFrameBytes);
    const auto frame = wire::read_server_frame(send.text);
    PARLEY_EXPECT(frame.has_value());
    if (const auto call = call_in(frame->message)) {
      const auto written = written_.find(*call);
      PARLEY_EXPECT(written == written_.end() || send.after.value >= written->second);
    }
    Client* client = client_on(send.connection);
    if (client == nullptr) return;
    if (const auto* welcome = std::get_if<wire::Welcome>(&frame->message)) {
      PARLEY_EXPECT(send.after.value == last_ticket_);
      if (!welcome->resumed) {
        client->said = 0;
        client->heard = 0;
      } else {
        client->said = welcome->received;  // the rest is not repeated
      }
      client->session = wire::Resume{.session = welcome->session, .key = welcome->key};
    }
    if (frame->envelope.seq) {
      PARLEY_EXPECT(*frame->envelope.seq == client->heard + 1);
      client->heard = *frame->envelope.seq;
    }
  }

  void perform(const Close& close) {
    // Nothing is sent afterwards; the end of the socket is reported when the client does it.
    PARLEY_EXPECT(open_.erase(close.connection.value) == 1 || draining_);
  }

  void perform(const Authenticate& request) {
    PARLEY_EXPECT(open_.contains(request.connection.value));
  }

  static void perform(const Log&) {}

  Bytes& bytes_;
  Switchboard board_{Settings{}};
  Instant now_ = instant_from_ms(1'700'000'000'000);
  Duration ahead_{0};  // offset of the wall clock
  std::vector<Client> clients_;
  std::set<std::uint64_t> open_;  // sockets that the switchboard may use
  /// The switchboard has sent goodbye to every socket and expects none of them; frames that it
  /// still sends to open ones are lost.
  bool draining_ = false;
  std::uint64_t sockets_ = 0;
  std::uint64_t random_ = 100;

  std::uint64_t last_ticket_ = 0;
  std::vector<CallRecord> records_;  // of calls that are not over, the last written at the end
  std::vector<Store> unwritten_;
  std::map<CallId, CallRecord> durable_;
  std::map<CallId, std::uint64_t> written_;  // the last ticket of each call
  std::set<CallId> closed_;
};

}  // namespace

}  // namespace parley::fuzz

// NOLINTNEXTLINE(readability-identifier-naming): the name that libFuzzer calls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  parley::fuzz::Bytes bytes(data, size);
  parley::fuzz::Town(bytes).run();
  return 0;
}
