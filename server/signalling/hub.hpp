// The shell around the switchboard: feeds it what happens on sockets, in accounts and with time,
// and carries out what it asks for. One event at a time: feed it, perform all effects in order, arm
// one timer, then the next. Nothing here decides anything about calls.
#pragma once

#include "core/switchboard/outbox.hpp"
#include "core/switchboard/switchboard.hpp"
#include "server/auth/accounts.hpp"
#include "server/log/log.hpp"
#include "server/loop/clock.hpp"
#include "server/loop/loop.hpp"
#include "server/signalling/limits.hpp"
#include "server/signalling/socket.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace parley::server::signalling {

class Hub {
 public:
  struct Services {
    loop::Loop& loop;
    const loop::Clock& clock;
    log::Log& log;
    /// Writes a record; `records_durable` reports back.
    std::function<void(const switchboard::Store&)> store;
    std::function<std::size_t()> store_backlog;
    std::function<void(std::string_view token, auth::Done<auth::TokenHolder>)> check_token;
    /// The last socket of a token is gone.
    std::function<void(const store::SecretHash& token)> token_left;
    /// What a user has decided about other people.
    std::function<void(const UserId&, store::Done<std::vector<switchboard::Relation>>)>
        load_relations;
    /// The STUN and TURN servers for a user, with fresh logins.
    std::function<wire::IceServers(const UserId&)> ice_servers;
    /// How often those who stay are told anew; nothing when what they know lasts.
    std::optional<Duration> renew_ice_servers;
    /// The time by which sign-ins expire: a step of the clock ends none.
    std::function<std::int64_t()> plausible_now_ms;
    std::function<std::array<std::uint64_t, 4>()> random;
  };

  Hub(switchboard::Settings settings, Services services);

  // ---- from the network front ----
  SocketId opened(std::shared_ptr<Socket> socket);
  void received(SocketId connection, std::string_view text);
  void lost(SocketId connection);
  /// Its place is somebody else's: tells the client when to come back, and closes.
  void make_way(SocketId connection);
  /// Whether its device takes part in a call that is not over; dialling counts.
  [[nodiscard]] bool is_in_call(SocketId connection) const;
  /// False while the store is too far behind: frames are better left with their senders.
  [[nodiscard]] bool takes_frames() const { return services_.store_backlog() < kMaxStoreBacklog; }

  // ---- from the store and the account service ----
  void records_durable(StoreTicket ticket);
  void account_known(const store::Account& account);
  /// A call that was not over when the server last stopped, or had just ended. Before the first
  /// connection.
  void call_restored(const switchboard::CallRecord& record);
  /// A user has added, removed, blocked or unblocked somebody.
  void relation_changed(const UserId& user, const switchboard::Relation& relation);
  /// All sessions of the user end.
  void signed_out(const UserId& user);
  /// The sessions that this token opened end; that of `device` even if its socket is down.
  void signed_out(const UserId& user, const store::SecretHash& token,
                  std::optional<DeviceId> device = {});

  // ---- for the account service ----
  /// The user's tokens with a session, in the order in which they are to go when there are too
  /// many: those of devices in a call last, before that those that were connected last, last.
  [[nodiscard]] std::vector<store::SecretHash> tokens_in_use(const UserId& user) const;
  /// Whether a socket is open with the token.
  [[nodiscard]] bool is_online(const UserId& user, const store::SecretHash& token) const;

  /// Ends the sessions of tokens that have expired, and forgets tokens that nobody has come back
  /// with. Called every kTokenCheckInterval.
  void look_at_tokens();

  /// Tells those who have been connected for long what STUN and TURN servers to use now. Called
  /// every kTokenCheckInterval.
  void renew_ice_servers();

  /// Tells every client to come back within the given time, and closes all connections.
  void drain(std::chrono::milliseconds reconnect_within);

  [[nodiscard]] switchboard::Gauges gauges() const { return switchboard_.gauges(); }
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
  /// Who a connection has proved to be.
  struct Identity {
    UserId user;
    DeviceId device;
    store::SecretHash token;
  };

  /// A token that sessions were opened with, for as long as they can be resumed.
  struct LiveToken {
    store::SecretHash hash;
    std::int64_t expires_at_ms = 0;
    std::size_t sockets = 0;
    Instant last_seen;
    std::vector<DeviceId> devices;
  };

  /// Who takes part in a call that is not over.
  struct OpenCall {
    std::array<std::pair<UserId, std::optional<DeviceId>>, 2> sides;
  };

  struct Connection {
    std::shared_ptr<Socket> socket;
    switchboard::Outbox outbox;
    std::unique_ptr<Identity> identity;
    Instant ice_servers_told;
    bool dirty = false;  // waits for the flush of this turn
  };

  void feed(const switchboard::Event& event);
  void perform(const switchboard::Store& effect);
  void perform(switchboard::Send& effect);
  void perform(const switchboard::Close& effect);
  void perform(const switchboard::Authenticate& effect);
  void perform(const switchboard::Log& effect);

  void authenticated(SocketId id, const DeviceId& device, const auth::TokenHolder& holder);
  void note_call(const switchboard::CallRecord& record);
  void forget_call(CallId call);
  void forget_token_use(const Identity& identity);
  /// Who waits for the relations of a user to be read, and whether one of them has changed
  /// meanwhile.
  struct Loading {
    std::vector<std::function<void(bool good)>> waiting;
    bool changed = false;
  };

  /// Tells the switchboard the relations of a user who connects for the first time, then goes on.
  void with_relations(const UserId& user, std::function<void(bool good)> then);
  void load_relations(const UserId& user);

  void close(SocketId id, Connection& connection, wire::CloseCode code);
  void mark_dirty(SocketId id, Connection& connection);
  void flush();
  void arm_timer();
  void follow_wall_clock();

  Services services_;
  switchboard::Switchboard switchboard_;
  std::unordered_map<SocketId, Connection> connections_;
  std::unordered_map<UserId, store::Account> known_;
  std::unordered_map<UserId, std::vector<LiveToken>> live_tokens_;
  std::unordered_map<CallId, OpenCall> open_calls_;
  /// In how many of them a device is.
  std::unordered_map<DeviceId, std::size_t> in_calls_;
  std::unordered_set<UserId> with_relations_;
  std::unordered_map<UserId, Loading> loading_;
  std::vector<switchboard::Effect> effects_;
  std::vector<SocketId> dirty_;
  std::vector<SocketId> holding_;  // connections with something in their outbox
  std::uint64_t last_connection_ = 0;
  StoreTicket durable_;
  /// The frame that is being handled, for the one effect that needs to look at it again.
  std::string_view current_frame_;
  bool feeding_ = false;
  bool flush_posted_ = false;
  std::optional<Instant> armed_for_;
  // As the switchboard knows it.
  Duration clock_ahead_{0};
  Duration clock_slept_{0};
  loop::Timer timer_;
};

}  // namespace parley::server::signalling
