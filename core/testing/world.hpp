// A whole Parley in virtual time: one switchboard, any number of devices with the real phone in
// them, sockets with delay and jitter between them, a store that takes its time, and scripted peer
// connections and microphones. What it leaves out is exactly what shells do.
#pragma once

#include "core/base/random.hpp"
#include "core/phone/phone.hpp"
#include "core/switchboard/switchboard.hpp"
#include "core/testing/fake_peer_connection.hpp"
#include "core/testing/scheduler.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace parley::testing {

using namespace std::chrono_literals;

struct WorldOptions {
  std::uint64_t seed = 1;
  /// One-way delay of signalling; every message takes this plus up to `jitter`, in order.
  Duration delay = 20ms;
  Duration jitter = 10ms;
  /// How long the store takes to make a write durable.
  Duration commit = 2ms;
  /// How long an operation of a peer connection takes.
  Duration operation = 15ms;
};

class World;

/// A running client: the phone and what its shell would hold.
class Device {
 public:
  // ---- what a person does ----
  CallId dial(const std::string& callee, wire::MediaKind kind = wire::MediaKind::audio);
  void answer(wire::MediaKind kind = wire::MediaKind::audio);
  void decline();
  void hang_up();
  void answer_and(phone::OtherCalls others);
  void hold(CallId call, bool held);
  void join(CallId call);
  void set_microphone(bool on);
  void set_camera(bool on);

  // ---- what happens to it ----
  /// Breaks the socket; both ends notice after the delay.
  void cut_socket();
  /// While true, sockets can't be opened and open ones carry nothing.
  void set_offline(bool offline);
  /// The page is loaded anew: everything in it is gone but its device id.
  void reload();
  /// The page is gone for good, without a word.
  void kill();

  // ---- what it shows ----
  [[nodiscard]] const phone::View& view() const { return view_; }
  /// The newest call shown; a default view without one.
  [[nodiscard]] phone::CallView call() const;
  [[nodiscard]] bool shows(phone::Phase phase) const;
  [[nodiscard]] phone::Tone tone() const { return tone_; }

  // ---- what it holds ----
  [[nodiscard]] std::size_t open_connections() const { return connections_.size(); }
  [[nodiscard]] std::size_t live_tracks() const { return live_tracks_.size(); }
  [[nodiscard]] bool online() const { return view_.session == phone::SessionPhase::online; }
  [[nodiscard]] const std::map<std::uint64_t, FakePeerConnection>& connections() const {
    return connections_;
  }

  // ---- how its hardware behaves ----
  bool has_microphone = true;
  bool has_camera = true;
  /// How long a request for media takes: a prompt can be open for a long time.
  Duration media_delay = 5ms;

  [[nodiscard]] const UserId& user() const { return user_; }
  [[nodiscard]] const DeviceId& id() const { return id_; }

  Device(World& world, UserId user, DeviceId id, std::uint64_t seed);
  void feed(const phone::Event& event);

 private:
  friend class World;
  void feed_later(Duration wait, phone::Event event);
  void perform(const phone::Effect& effect);
  void arm_timer();
  void run_operation(PeerConnectionId id, OperationId operation, const phone::Effect& effect);
  void gather_candidates(PeerConnectionId id);
  FakePeerConnection* connection(PeerConnectionId id);
  /// The newest call that is not over.
  [[nodiscard]] std::optional<CallId> current() const;

  World& world_;
  UserId user_;
  DeviceId id_;
  phone::Phone phone_;
  phone::View view_;
  phone::Tone tone_ = phone::Tone::none;
  bool offline_ = false;
  bool dead_ = false;
  std::uint64_t page_ = 0;                     // counts loads; events of an earlier page are void
  std::optional<ConnectionId> socket_;         // as the phone numbers it
  std::optional<ConnectionId> server_socket_;  // as the server numbers it
  std::map<std::uint64_t, FakePeerConnection> connections_;
  std::map<std::pair<std::uint64_t, wire::MediaKind>, bool> live_tracks_;
  std::uint64_t timer_generation_ = 0;
};

class World {
 public:
  explicit World(WorldOptions options = {});

  /// A signed-in device of this user; the user is made known on first use.
  Device& add_device(const std::string& user);

  /// kill -9 of the server: what was not durable is lost, every socket breaks; it listens again
  /// `down` later.
  void restart_server(Duration down = 500ms);

  void run_for(Duration time);
  /// Runs until the condition holds; false when `limit` passes first.
  bool run_until(const std::function<bool()>& condition, Duration limit = 120s);

  [[nodiscard]] Scheduler& scheduler() { return scheduler_; }
  [[nodiscard]] const WorldOptions& options() const { return options_; }
  [[nodiscard]] Random& random() { return random_; }

  /// Durable records by call.
  [[nodiscard]] const std::map<CallId, switchboard::CallRecord>& records() const {
    return durable_;
  }
  [[nodiscard]] const switchboard::CallRecord& record(CallId call) const {
    return durable_.at(call);
  }
  [[nodiscard]] switchboard::Gauges gauges() const { return switchboard_.gauges(); }
  [[nodiscard]] CallId next_call_id() { return {0x0190'0000'0000'7000U, ++call_ids_}; }
  [[nodiscard]] std::vector<std::unique_ptr<Device>>& devices() { return devices_; }

  /// What the devices and the server log, if somebody wants to hear it.
  std::function<void(const std::string& who, const std::string& text)> on_log;

  /// Called after every event anywhere; a test or a simulation checks its invariants here.
  std::function<void()> after_every_step;

 private:
  friend class Device;

  struct Socket {
    Device* device = nullptr;
    ConnectionId phone_side;
    bool open = true;
    Instant last_to_server;
    Instant last_to_phone;
  };
  struct HeldFrame {
    switchboard::Send send;
  };

  // Sockets, seen from the phone.
  void open_socket(Device& device, ConnectionId phone_side);
  void phone_sends(Device& device, ConnectionId phone_side, const std::string& text);
  void phone_closes(Device& device, ConnectionId phone_side);

  // The server.
  void feed(const switchboard::Event& event);
  void perform(switchboard::Effect& effect);
  void flush_held();
  void deliver(ConnectionId connection, const std::string& text);
  void server_closes(ConnectionId connection, std::uint16_t code);
  void lose(ConnectionId connection);
  void arm_server_timer();

  // Media between devices.
  void update_media();

  [[nodiscard]] Duration transit();
  Socket* find(ConnectionId connection);

  WorldOptions options_;
  Random random_;
  Scheduler scheduler_;
  switchboard::Switchboard switchboard_;
  std::vector<std::unique_ptr<Device>> devices_;
  std::map<std::uint64_t, Socket> sockets_;
  std::uint64_t next_socket_ = 0;
  bool listening_ = true;
  std::uint64_t server_life_ = 0;  // counts restarts; what an earlier life had in flight is lost
  std::vector<std::pair<UserId, wire::DisplayName>> accounts_;
  std::uint64_t call_ids_ = 0;
  std::uint64_t server_timer_generation_ = 0;
  std::map<CallId, switchboard::CallRecord> durable_;
  std::uint64_t durable_ticket_ = 0;
  std::deque<switchboard::Effect> held_;  // sends and closes that wait for the store, in order
};

}  // namespace parley::testing
