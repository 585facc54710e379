// For tests: a switchboard and its clients. Clients exchange frames with it over sockets without
// delay, and keep what they receive as short texts that tests compare. Every frame and every record
// is checked against the rules in `broken_rules`.
#pragma once

#include "core/base/overloaded.hpp"
#include "core/session/channel.hpp"
#include "core/switchboard/switchboard.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace parley::switchboard {

using Texts = std::vector<std::string>;

/// The start time of every test.
inline constexpr Instant kTestStart = instant_from_ms(1'700'000'000'000);

/// The id that tests write as "call 3".
constexpr CallId call_id(std::uint64_t n, Instant made = kTestStart) {
  return {static_cast<std::uint64_t>(ms_of(made)) << 16U | 0x7000U, 0x8000'0000'0000'0000U | n};
}
constexpr DeviceId device_id(std::uint64_t n) { return {0xd, n}; }

inline wire::Invite invite(std::uint64_t call, const std::string& callee,
                           wire::MediaKind kind = wire::MediaKind::audio) {
  return {.call = call_id(call), .callee = {callee}, .kind = kind};
}

/// A message as a short text such as "ended 3 completed"; empty for messages that only keep a
/// session alive.
inline std::string text_of(const wire::ServerMessage& message) {
  const auto id = [](const CallId& call) {
    return std::to_string(call.low & 0x3fff'ffff'ffff'ffffU);
  };
  const auto name = [](auto value) {
    return std::string(names(value)[static_cast<std::size_t>(value)]);
  };
  return std::visit(
      Overloaded{
          [&](const wire::Welcome& m) {
            std::string text = m.resumed ? "welcome back" : "welcome";
            for (const auto& call : m.calls.items)
              text += " " + id(call.call) + ":" + name(call.phase);
            return text;
          },
          [&](const wire::Refusal& m) {
            return "error " + std::string(code_of(m.code)) + (m.call ? " " + id(*m.call) : "");
          },
          [&](const wire::Goodbye&) { return std::string("goodbye"); },
          [&](const wire::Presence& m) {
            std::string text = "presence";
            for (const auto& one : m.people.items)
              text += " " + one.user.text + (one.online ? "+" : "-");
            return text;
          },
          [](const wire::PeopleChanged&) { return std::string("people changed"); },
          [](const wire::IceServersChanged&) { return std::string("ice servers"); },
          [&](const wire::Incoming& m) {
            return "incoming " + id(m.call) + " from " + m.caller.user.text +
                   (m.waiting ? " waiting" : "");
          },
          [&](const wire::Progress& m) {
            return "progress " + id(m.call) + " " + std::to_string(m.delivered) + "/" +
                   std::to_string(m.ringing) + (m.waiting ? " waiting" : "") +
                   (m.quiet ? " quiet" : "");
          },
          [&](const wire::WarmUp& m) {
            return "warm up " + id(m.call) + " with " + std::to_string(m.peer_device.low) +
                   " link " + std::to_string(m.link) + (m.offers ? " offers" : " answers") +
                   (m.relays_only ? " relays only" : "");
          },
          [&](const wire::Accepted& m) {
            return "accepted " + id(m.call) + " with " + m.peer.user.text + ":" +
                   std::to_string(m.peer_device.low) + " link " + std::to_string(m.link) +
                   (m.offers ? " offers" : " answers");
          },
          [&](const wire::Merged& m) { return "merged " + id(m.call) + " into " + id(m.into); },
          [&](const wire::Elsewhere& m) { return "elsewhere " + id(m.call.call); },
          [&](const wire::Ended& m) {
            return "ended " + id(m.call) + " " + name(m.reason) +
                   (m.failure ? " " + std::string(code_of(*m.failure)) : "");
          },
          [&](const wire::RelayedSignal& m) {
            return "signal " + id(m.call) + " from " + std::to_string(m.from.low) + ": " +
                   m.data.text;
          },
          [&](const wire::PeerStatus& m) {
            return "status " + id(m.call) + " #" + std::to_string(m.status.revision) +
                   (m.status.held ? " held" : "");
          },
          [&](const wire::PeerDeviceChanged& m) {
            return "peer " + id(m.call) + " " + name(m.state);
          },
          [](const OneOf<wire::Ack, wire::Ping, wire::Pong> auto&) { return std::string(); },
      },
      message);
}

/// The call that a message is about.
inline std::optional<CallId> call_in(const wire::ServerMessage& message) {
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

class TestBoard;

/// One device of a user.
class Client {
 public:
  Client(TestBoard& board, UserId user, DeviceId device)
      : board_(board), user(std::move(user)), device(device) {}

  // ---- what it does ----

  /// Opens a socket and sends a hello; resumes the last session if there was one.
  void connect();
  /// Its page is reloaded: the device is the same, the session is forgotten.
  void reload() {
    lose();
    resume_.reset();
    connect();
  }
  /// Its socket breaks, and the server notices.
  void lose();
  /// Its socket breaks without a close: nothing arrives in either direction.
  void go_deaf() { deaf_ = true; }

  template <class Message>
  void say(const Message& message) {
    say_text(channel_.number(message));
  }
  template <class Message>
  void say_unnumbered(const Message& message) {
    say_text(channel_.unnumbered(message));
  }
  void say_text(const std::string& text);

  // ---- what it hears ----

  /// The texts received since the last call, without those that only keep the session alive.
  Texts heard() { return std::exchange(heard_, {}); }
  /// The newest message of a type.
  template <class Message>
  [[nodiscard]] Message last() const {
    for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
      if (const auto* found = std::get_if<Message>(&frame->message)) return *found;
    }
    return {};
  }
  [[nodiscard]] std::optional<wire::CloseCode> closed() const { return closed_; }
  [[nodiscard]] SocketId connection() const { return connection_; }
  [[nodiscard]] const std::deque<wire::Frame<wire::ServerMessage>>& frames() const {
    return frames_;
  }

  /// False: it does not answer pings.
  bool answers_pings = true;
  /// False: it acknowledges nothing.
  bool acknowledges = true;
  /// Said in its next hello.
  std::optional<bool> can_be_quiet;

 private:
  friend class TestBoard;
  void hear(const std::string& text);

  TestBoard& board_;
  session::Channel channel_;
  SocketId connection_;
  std::optional<wire::Resume> resume_;
  std::optional<wire::CloseCode> closed_;
  std::deque<wire::Frame<wire::ServerMessage>> frames_;
  Texts heard_;
  bool deaf_ = false;

 public:
  const UserId user;
  const DeviceId device;
};

class TestBoard {
 public:
  explicit TestBoard(Settings settings = {}) : switchboard_(with_glare_key(std::move(settings))) {
    for (const char* user : {"alice", "bob", "carol", "dave"}) add_user(user);
  }

  void add_user(const std::string& user, bool call_waiting = true) {
    handle(UserKnown{.user = {user}, .name = {user}, .call_waiting = call_waiting});
  }

  /// A device that is online. Each device of a test has a number of its own.
  Client& add(const std::string& user, std::uint64_t device) {
    clients_.emplace_back(*this, UserId{user}, device_id(device));
    clients_.back().connect();
    (void)clients_.back().heard();
    return clients_.back();
  }

  void handle(const Event& event) {
    std::vector<Effect> effects;
    switchboard_.handle(event, now, effects);
    if (std::string wrong = switchboard_.inconsistency(); !wrong.empty()) {
      broken_rules.push_back("the tables fit together: " + wrong);
    }
    for (Effect& effect : effects) {
      std::visit([this](auto& one) { this->perform(one); }, effect);
    }
    // What clients say in return comes after all effects of one event, as on a real server.
    while (!replies_.empty()) {
      const auto [connection, text] = std::move(replies_.front());
      replies_.pop_front();
      handle(FrameReceived{connection, text});
    }
  }

  /// Moves the time on, from deadline to deadline.
  void wait(Duration time) {
    const Instant end = now + time;
    for (int turns = 0; turns < 100'000; ++turns) {
      const auto due = switchboard_.next_deadline();
      if (!due || *due > end) break;
      now = std::max(now, *due);
      handle(TimeReached{});
    }
    now = end;
  }

  [[nodiscard]] const CallRecord& record(std::uint64_t call) { return records[call_id(call)]; }
  [[nodiscard]] std::optional<wire::CloseCode> close_code(SocketId connection) const {
    const auto found = closes_.find(connection.value);
    return found == closes_.end() ? std::nullopt : std::optional(found->second);
  }
  [[nodiscard]] Gauges gauges() const { return switchboard_.gauges(); }
  [[nodiscard]] std::optional<Instant> next_deadline() const {
    return switchboard_.next_deadline();
  }

  Instant now = kTestStart;
  std::map<CallId, CallRecord> records;  // as the store has them
  std::vector<Store> stores;
  Texts phases;            // how calls went from phase to phase, by the log
  Texts broken_rules;      // what must never happen; every test expects none
  std::string last_token;  // of the last Authenticate
  std::optional<SocketId> authenticating;
  /// What was sent to sockets without a client.
  std::vector<std::pair<SocketId, std::string>> refusals;

 private:
  friend class Client;

  /// With this key the lower of two low ids stands; tests depend on it.
  static Settings with_glare_key(Settings settings) {
    settings.glare_key = {61, 0};
    return settings;
  }

  Client* client_on(SocketId connection) {
    const auto found = std::ranges::find(clients_, connection, &Client::connection_);
    return found == clients_.end() ? nullptr : &*found;
  }

  void perform(const Store& store) {
    if (store.ticket.value != ++last_ticket_) broken_rules.emplace_back("tickets count up by one");
    const auto known = records.find(store.record.call);
    if (known != records.end() && known->second.phase == wire::CallPhase::ended) {
      broken_rules.emplace_back("a closed record is written no more");
    }
    if ((store.record.phase == wire::CallPhase::ended) != store.record.reason.has_value()) {
      broken_rules.emplace_back("a record is closed with a reason, and only then");
    }
    if (store.record.merged) records.erase(store.record.merged->call);
    records[store.record.call] = store.record;
    tickets_[store.record.call] = store.ticket.value;
    stores.push_back(store);
  }

  void perform(const Send& send) {
    const auto frame = wire::read_server_frame(send.text);
    if (!frame) {
      broken_rules.emplace_back("what is sent can be read");
      return;
    }
    if (const auto call = call_in(frame->message); call && send.after.value < tickets_[*call]) {
      broken_rules.emplace_back("nothing is told before it is written: " + text_of(frame->message));
    }
    if (std::holds_alternative<wire::Welcome>(frame->message) && send.after.value < last_ticket_) {
      broken_rules.emplace_back("a snapshot waits for everything in it to be written");
    }
    if (Client* client = client_on(send.connection)) {
      client->hear(send.text);
    } else {
      refusals.emplace_back(send.connection, text_of(frame->message));
    }
  }

  void perform(const Close& close) {
    if (Client* client = client_on(close.connection)) client->closed_ = close.code;
    closes_[close.connection.value] = close.code;
  }

  void perform(const Authenticate& request) {
    authenticating = request.connection;
    last_token = request.token;
  }

  void perform(const Log& log) {
    const auto name = [](wire::CallPhase phase) {
      return std::string(names(phase)[static_cast<std::size_t>(phase)]);
    };
    if (!log.to) return;
    phases.push_back((log.from ? name(*log.from) : "new") + " to " + name(*log.to) + ": " +
                     std::string(info_of(log.what).name));
  }

  Switchboard switchboard_;
  std::deque<Client> clients_;
  std::deque<std::pair<SocketId, std::string>> replies_;
  std::map<CallId, std::uint64_t> tickets_;  // the last write of each call
  std::map<std::uint64_t, wire::CloseCode> closes_;
  std::uint64_t last_ticket_ = 0;
  std::uint64_t last_connection_ = 0;
  std::uint64_t random_ = 100;
};

inline void Client::connect() {
  connection_ = {++board_.last_connection_};
  closed_.reset();
  deaf_ = false;
  wire::Hello hello{.versions = {{wire::kProtocolVersion}},
                    .device = device,
                    .token = {user.text},
                    .client = {"test"},
                    .resume = resume_,
                    .quiet = can_be_quiet};
  if (hello.resume) hello.resume->received = channel_.received();
  board_.handle(FrameReceived{connection_, wire::write_frame(hello, {})});
  if (closed_) return;
  board_.random_ += 4;
  const std::uint64_t r = board_.random_;
  board_.handle(Authenticated{connection_, user, {r, r + 1, r + 2, r + 3}});
}

inline void Client::lose() {
  const SocketId lost = std::exchange(connection_, {});
  if (lost.value != 0) board_.handle(ConnectionLost{lost});
}

inline void Client::say_text(const std::string& text) {
  if (deaf_ || closed_ || connection_.value == 0) return;
  board_.handle(FrameReceived{connection_, text});
}

inline void Client::hear(const std::string& text) {
  if (deaf_) return;
  auto frame = wire::read_server_frame(text);
  if (const auto* welcome = std::get_if<wire::Welcome>(&frame->message)) {
    if (welcome->resumed) {
      for (const std::string& again : channel_.replay_after(welcome->received)) {
        board_.replies_.emplace_back(connection_, again);
      }
    } else {
      channel_ = {};
      resume_ = wire::Resume{.session = welcome->session, .key = welcome->key};
    }
  } else if (channel_.receive(frame->envelope) != session::Channel::Receipt::fresh) {
    board_.broken_rules.emplace_back("a session loses and repeats nothing: " + text);
  }
  if (std::holds_alternative<wire::Ping>(frame->message) && answers_pings) {
    board_.replies_.emplace_back(connection_, channel_.unnumbered(wire::Pong{}));
  } else if (acknowledges && frame->envelope.seq) {
    board_.replies_.emplace_back(connection_, channel_.unnumbered(wire::Ack{}));
  }
  if (std::string said = text_of(frame->message); !said.empty()) heard_.push_back(std::move(said));
  frames_.push_back(std::move(*frame));
}

}  // namespace parley::switchboard
