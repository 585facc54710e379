// The shell around the switchboard. It feeds the switchboard the events of sockets, accounts and
// time, and carries out the effects. It makes no decisions about calls.
#pragma once

#include "core/switchboard/driver.hpp"
#include "core/switchboard/outbox.hpp"
#include "server/auth/accounts.hpp"
#include "server/log/log.hpp"
#include "server/loop/clock.hpp"
#include "server/loop/loop.hpp"
#include "server/loop/queue_probe.hpp"
#include "server/signalling/admission.hpp"
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

class Hub final : private switchboard::Driver::Shell {
 public:
  struct Services {
    loop::Loop& loop;
    const loop::Clock& clock;
    log::Log& log;
    /// Writes a record; `records_durable` reports back.
    std::function<void(const switchboard::Store&)> store;
    /// A frame waits for the writes up to this ticket, or a call has ended.
    std::function<void(StoreTicket)> want;
    std::function<std::size_t()> store_backlog;
    std::function<void(std::string_view token, auth::Done<auth::TokenHolder>)> check_token;
    /// The last socket of a token is gone.
    std::function<void(const store::SecretHash& token)> token_left;
    /// Reads the relations of a user.
    std::function<void(const UserId&, store::Done<std::vector<switchboard::Relation>>)>
        load_relations;
    /// The STUN and TURN servers for a user, with fresh logins.
    std::function<wire::IceServers(const UserId&)> ice_servers;
    /// How often connected clients get new STUN and TURN servers; empty when the servers do not
    /// expire.
    std::optional<Duration> renew_ice_servers;
    /// The time that decides whether sign-ins have expired, in Unix milliseconds; a step of the
    /// clock ends none.
    std::function<std::int64_t()> plausible_now_ms;
    std::function<std::array<std::uint64_t, 4>()> random;
  };

  Hub(switchboard::Settings settings, Services services);

  // ---- from the network front ----
  SocketId opened(std::shared_ptr<Socket> socket);
  void received(SocketId connection, std::string_view text);
  void lost(SocketId connection);
  /// Closes the connection to make room for another one, and tells the client when to reconnect.
  void make_way(SocketId connection);
  /// True when the device is in a call that is not over; dialling counts.
  [[nodiscard]] bool is_in_call(SocketId connection) const;
  /// False while the store has too many queued records: the server then reads no frames, and the
  /// senders wait.
  [[nodiscard]] bool takes_frames() const { return services_.store_backlog() < kMaxStoreBacklog; }

  // ---- from the loop ----
  /// A frame that arrived at `now` would have been handled after `wait` and after `frames` others.
  void queue_measured(Admission::Time now, std::chrono::nanoseconds wait, std::size_t frames) {
    admission_.queue_measured(now, wait, frames);
  }

  // ---- from the store and the account service ----
  void records_durable(StoreTicket ticket);
  void account_known(const store::Account& account);
  /// A call that was not over when the server last stopped, or had just ended. Before the first
  /// connection.
  void call_restored(const switchboard::CallRecord& record);
  /// A user has added, removed, blocked or unblocked another user.
  void relation_changed(const UserId& user, const switchboard::Relation& relation);
  /// All sessions of the user end.
  void signed_out(const UserId& user);
  /// The sessions that this token opened end; the session of `device` also without a socket.
  void signed_out(const UserId& user, const store::SecretHash& token,
                  std::optional<DeviceId> device = {});

  // ---- for the account service ----
  /// The user's tokens with a session, in the order in which they are removed when there are too
  /// many: tokens without a device in a call first, among them those without an open socket first,
  /// and then by the last connection, the oldest first.
  [[nodiscard]] std::vector<store::SecretHash> tokens_in_use(const UserId& user) const;
  /// True when a socket is open with the token.
  [[nodiscard]] bool is_online(const UserId& user, const store::SecretHash& token) const;

  /// Ends the sessions of expired tokens, and forgets tokens whose sessions can no longer be
  /// resumed. Called every kTokenCheckInterval.
  void look_at_tokens();

  /// Sends new STUN and TURN servers to clients that have been connected for long. Called every
  /// kTokenCheckInterval.
  void renew_ice_servers();
  /// Sends the STUN and TURN servers to every client, because they have changed.
  void ice_servers_changed();

  /// Asks every client to reconnect within the given time, and closes all connections.
  void drain(std::chrono::milliseconds reconnect_within);

  [[nodiscard]] switchboard::Gauges gauges() const { return driver_.machine().gauges(); }
  [[nodiscard]] std::size_t connections() const { return connections_.size(); }

 private:
  /// The user, device and token of an authenticated connection.
  struct Identity {
    UserId user;
    DeviceId device;
    store::SecretHash token;
  };

  /// A token whose sessions are connected or can still be resumed.
  struct LiveToken {
    store::SecretHash hash;
    std::int64_t expires_at_ms = 0;
    std::size_t sockets = 0;
    Instant last_seen;
    std::vector<DeviceId> devices;
  };

  /// The users and devices of a call that is not over.
  struct OpenCall {
    std::array<std::pair<UserId, std::optional<DeviceId>>, 2> sides;
  };

  struct Connection {
    std::shared_ptr<Socket> socket;
    switchboard::Outbox outbox;
    std::unique_ptr<Identity> identity;
    Instant ice_servers_told;
    bool dirty = false;  // in `dirty_`: flushed at the end of this turn of the loop
  };

  void tell_ice_servers(Duration older_than);
  void feed(const switchboard::Event& event);
  [[nodiscard]] Instant now() const override { return services_.clock.now(); }
  void perform(switchboard::Effect& effect) override;
  void arm(Instant due) override;
  void perform(const switchboard::Store& effect);
  void perform(switchboard::Send& effect);
  void perform(const switchboard::Close& effect);
  void perform(const switchboard::Authenticate& effect);
  void perform(const switchboard::Log& effect);

  void authenticated(SocketId id, const DeviceId& device, const auth::TokenHolder& holder);
  void note_call(const switchboard::CallRecord& record);
  void forget_call(CallId call);
  void forget_token_use(const Identity& identity);
  /// The callbacks that wait for a user's relations, and whether a relation has changed while they
  /// are read.
  struct Loading {
    std::vector<std::function<void(bool good)>> waiting;
    bool changed = false;
  };

  /// Reports the relations of a user to the switchboard before the user's first connection, then
  /// calls `then`.
  void with_relations(const UserId& user, std::function<void(bool good)> then);
  void load_relations(const UserId& user);

  void close(SocketId id, Connection& connection, wire::CloseCode code);
  void mark_dirty(SocketId id, Connection& connection);
  void flush();
  void follow_wall_clock();
  /// Reports to the switchboard when the server becomes overloaded, and when it no longer is.
  void judge_load();

  Services services_;
  switchboard::Driver driver_;
  std::unordered_map<SocketId, Connection> connections_;
  /// The change of each account (store::Account) that the switchboard knows.
  std::unordered_map<UserId, std::int64_t> known_changes_;
  std::unordered_map<UserId, std::vector<LiveToken>> live_tokens_;
  std::unordered_map<CallId, OpenCall> open_calls_;
  /// The number of these calls that a device is in.
  std::unordered_map<DeviceId, std::size_t> in_calls_;
  std::unordered_set<UserId> with_relations_;
  std::unordered_map<UserId, Loading> loading_;
  std::vector<SocketId> dirty_;
  std::vector<SocketId> holding_;  // connections with held messages in their outbox
  std::uint64_t last_connection_ = 0;
  StoreTicket durable_;
  /// A write that a frame waits for, not the newest, and since when.
  struct Awaited {
    StoreTicket ticket;
    std::chrono::steady_clock::time_point since;
  };
  std::optional<Awaited> awaited_;
  Admission admission_;
  bool overloaded_ = false;          // as reported to the switchboard
  std::size_t frames_in_turn_ = 0;   // since the last flush
  std::size_t frames_ = 0;           // in all
  std::size_t frames_at_probe_ = 0;  // of `frames_`, when the measurement began
  /// The frame that is being handled; Authenticate reads the device from it.
  std::string_view current_frame_;
  bool flush_posted_ = false;
  // The last values reported to the switchboard.
  Duration clock_ahead_{0};
  Duration clock_slept_{0};
  loop::Timer timer_;
  loop::QueueProbe queue_probe_;
};

}  // namespace parley::server::signalling
