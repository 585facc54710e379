// A complete Parley in virtual time: one switchboard, any number of devices with the real phone,
// sockets with delay and jitter between them, a slow store, and scripted peer
// connections and microphones. Only the shells are replaced.
#pragma once

#include "core/base/random.hpp"
#include "core/phone/driver.hpp"
#include "core/switchboard/driver.hpp"
#include "core/switchboard/outbox.hpp"
#include "core/testing/fake_peer_connection.hpp"
#include "core/testing/scheduler.hpp"

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace parley::testing {

using namespace std::chrono_literals;

struct WorldOptions {
  std::uint64_t seed = 1;
  /// One-way delay of signalling; every message takes this plus up to `jitter`, in order.
  Duration delay = 20ms;
  Duration jitter = 10ms;
  /// The time until a write is durable.
  Duration commit = 2ms;
  /// How long an operation of a peer connection takes.
  Duration operation = 15ms;
  /// The server's limits; its defaults if absent.
  std::optional<Duration> ring_limit;
  std::optional<Duration> connect_limit;
};

class World;
class Device;

/// A direction of the link between a device and the server.
enum class Way : std::uint8_t { to_server, to_phone };

/// The faults of a device's link. They apply to frames that are sent from now on.
struct LinkFaults {
  /// In addition to the delay of every link.
  Duration slow_to_server{0};
  Duration slow_to_phone{0};
  // Percentages of frames that:
  unsigned duplicated = 0;  // arrive a second time, later
  unsigned late = 0;        // arrive after newer ones
  unsigned lost = 0;        // never arrive; such a socket breaks some seconds later
};

/// The moment of a server crash.
enum class CrashPoint : std::uint8_t {
  now,
  before_commit,  // at the next requested write: it is lost
  after_commit,   // once the next write is durable, before the frames about it are sent
  between_sends,  // once the first of the frames that waited for the next write is sent
};

/// Observes all events of a world, in order, after each was carried out.
class Observer {
 public:
  virtual ~Observer() = default;
  /// A device handled an event.
  virtual void device_took(Device& /*device*/, const phone::Event& /*event*/,
                           const std::vector<phone::Effect>& /*effects*/) {}
  /// A device has a new page with a new phone.
  virtual void page_started(Device& /*device*/) {}
  /// The server is about to carry out the effects of an event. `from` sent the frame, if it is one.
  virtual void server_took(const switchboard::Event& /*event*/, const Device* /*from*/,
                           const std::vector<switchboard::Effect>& /*effects*/) {}
  /// A frame is sent to a device: the writes that it had to wait for are durable.
  virtual void left_server(const Device& /*to*/, const std::string& /*text*/) {}
  virtual void server_crashed() {}
};

/// A running client: the phone, and the state that its shell would hold.
class Device final : private phone::Driver::Shell {
 public:
  // ---- actions of the person ----
  CallId dial(const std::string& callee, wire::MediaKind kind = wire::MediaKind::audio);
  void answer(wire::MediaKind kind = wire::MediaKind::audio);
  void decline();
  void hang_up();
  void answer_and(phone::OtherCalls others);
  void hold(CallId call, bool held);
  void join(CallId call);
  void set_microphone(bool on);
  void set_camera(bool on);
  void set_screen(bool on);

  // ---- events from outside ----
  /// Breaks the socket; both ends notice after the delay.
  void cut_socket();
  /// While true, sockets can't be opened, and open ones carry no data.
  void set_offline(bool offline);
  /// Reloads the page: only its device id is kept.
  void reload();
  /// The page is closed for good, without a message.
  void kill();
  /// The page crashes without a message and is opened again after `down`: with its device id,
  /// or, in a browser that lost it, with a new one.
  void crash_page(bool new_id, Duration down = 800ms);
  /// From now on only one direction of the open socket works; neither end is told.
  void half_open(Way dead);
  /// A partition: while blocked, no data passes in this direction, and no socket opens.
  void block(Way way, bool blocked);
  /// The device does not run while it sleeps; when it wakes, all due timers fire at once. The clock
  /// of some devices stops in the meantime.
  void sleep(bool clock_stops);
  /// The page is frozen and does not run; the browser continues to send and play sound and
  /// picture.
  void freeze();
  void wake();
  [[nodiscard]] bool asleep() const { return asleep_; }
  /// Whether frames pass between the server and this device in both directions.
  [[nodiscard]] bool reaches_server() const;
  [[nodiscard]] bool dead() const { return dead_; }
  /// Moves only this device's clock ahead by this much.
  void jump_clock(Duration ahead);
  /// An open source ends: unplugged, revoked, or stopped in the browser's own bar.
  void unplug(media::SourceKind source);
  /// The system mutes an open source, or unmutes it.
  void silence(media::SourceKind source, bool silenced);
  /// The next operation of a peer connection fails.
  void fail_next_operation(bool fail = true) { fail_operation_ = fail; }
  /// The next operation of a peer connection never reports.
  void hang_next_operation(bool hang = true) { hang_operation_ = hang; }
  /// The account signs out here, or signs in again.
  void sign_out();
  void sign_in();

  // ---- displayed state ----
  [[nodiscard]] const phone::View& view() const;
  /// The newest displayed call; a default view without one.
  [[nodiscard]] phone::CallView call() const;
  [[nodiscard]] bool shows(phone::Phase phase) const;
  [[nodiscard]] phone::Tone tone() const { return tone_; }

  // ---- resources ----
  [[nodiscard]] std::size_t open_connections() const { return connections_.size(); }
  [[nodiscard]] std::size_t live_tracks() const { return live_tracks_.size(); }
  /// Its open socket, by the phone's number.
  [[nodiscard]] std::optional<SocketId> socket() const { return socket_; }
  [[nodiscard]] bool online() const { return view().session == phone::SessionPhase::online; }
  [[nodiscard]] const std::map<std::uint64_t, FakePeerConnection>& connections() const {
    return connections_;
  }

  // ---- behaviour of the hardware ----
  bool has_microphone = true;
  bool has_camera = true;
  /// Its shell still reports pending operations after a connection was closed. Real shells don't;
  /// the phone must tolerate it.
  bool reports_late = true;
  /// Whether its connections have a data channel.
  bool has_direct = true;
  /// Whether its browser supports calls. A page learns it at its start.
  bool can_call = true;
  /// Whether its browser reports that microphone and camera need no prompt; some never do.
  bool tells_permissions = false;
  /// The exception that opening a source causes, by source.
  std::map<media::SourceKind, std::string> refuses;
  /// Whether the person picks a screen when the browser asks.
  bool shares_screen = true;
  /// A browser that sends a muted microphone anyway.
  bool leaks_when_muted = false;
  /// The sound level before the mute of the microphone; empty where it can't be measured.
  std::optional<std::uint32_t> loudness;
  /// The addresses that it finds for itself; none without a network.
  int candidates = 6;
  /// The duration of a request for media: a prompt can be open for a long time.
  Duration media_delay = 5ms;
  /// In addition to the duration of an operation of a peer connection in this world.
  Duration slow_operations{0};
  LinkFaults link;
  /// No media passes between this device and any other.
  bool media_blocked = false;

  /// The captured sources, by request.
  [[nodiscard]] const std::set<std::pair<std::uint64_t, media::SourceKind>>& tracks() const {
    return live_tracks_;
  }
  /// The next wake-up of its phone, on the clock of the world.
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  /// Its own clock, with any start.
  [[nodiscard]] Instant local_now() const;
  /// Its number in the world, from 1.
  [[nodiscard]] std::size_t number() const { return number_; }
  /// The arguments of its phone.
  [[nodiscard]] std::uint32_t seed() const { return seed_; }

  [[nodiscard]] const UserId& user() const { return user_; }
  [[nodiscard]] const DeviceId& id() const { return id_; }

  Device(World& world, UserId user, DeviceId id, std::uint32_t seed);
  void feed(const phone::Event& event);
  /// The arguments of a page's first event, if any.
  void tell_permissions();

 private:
  friend class World;
  enum class LaneOf : std::uint8_t { to_server, to_phone, operations, media };
  [[nodiscard]] Scheduler::Lane lane(LaneOf what) const;
  void feed_later(Duration wait, phone::Event event, LaneOf what);
  [[nodiscard]] Instant now() const override { return local_now(); }
  void perform(phone::Effect& effect) override;
  void arm(Instant due) override;
  void start_page(Duration down);
  void open_media(const phone::OpenMedia& request);
  void open_screen(MediaRequestId request);
  void run_operation(PeerConnectionId id, OperationId operation, const phone::Effect& effect);
  void gather_candidates(PeerConnectionId id);
  FakePeerConnection* connection(PeerConnectionId id);
  [[nodiscard]] bool is_late(const phone::Event& event) const;
  /// The newest call that is not over.
  [[nodiscard]] std::optional<CallId> current() const;

  World& world_;
  UserId user_;
  DeviceId id_;
  std::size_t number_ = 0;
  std::uint32_t seed_;
  phone::Driver driver_;
  mutable phone::View view_;
  mutable bool view_is_old_ = true;
  Duration clock_ahead_{0};  // relative to the world's
  phone::Tone tone_ = phone::Tone::none;
  bool offline_ = false;
  bool dead_ = false;
  std::uint64_t page_ = 0;                 // counts loads; events of an earlier page are ignored
  std::optional<SocketId> socket_;         // the phone's number
  std::optional<SocketId> server_socket_;  // the server's number
  std::map<std::uint64_t, FakePeerConnection> connections_;
  std::set<std::pair<std::uint64_t, media::SourceKind>> live_tracks_;
  bool to_server_blocked_ = false;
  bool to_phone_blocked_ = false;
  bool asleep_ = false;
  bool clock_stops_ = false;
  bool frozen_ = false;  // the page is asleep, but not the browser
  Instant asleep_since_;
  std::vector<std::function<void()>> slept_through_;
  bool fail_operation_ = false;
  bool hang_operation_ = false;
};

class World final : private switchboard::Driver::Shell {
 public:
  explicit World(WorldOptions options = {});

  /// A signed-in device of this user; the user is created on first use.
  Device& add_device(const std::string& user);

  /// kill -9 of the server: writes that are not durable are lost, every socket breaks; it starts
  /// again `down` later.
  void restart_server(Duration down = 500ms);
  /// The same, at a moment during an action of the server.
  void crash_server(CrashPoint when, Duration down = 500ms);
  /// Cancels a crash that was requested.
  void forget_crash() { crash_armed_ = false; }
  /// The server sends goodbye to all clients and restarts.
  void drain_server(Duration down = 500ms);
  /// Sets the server's wall clock, also while the server is down.
  void step_server_clock(Duration by);
  [[nodiscard]] Duration server_clock_ahead() const { return clock_ahead_; }
  /// Adds a frame of a client to its open socket; its phone does not know of it.
  void inject(Device& from, const std::string& text);

  // ---- decisions of people about each other ----
  void block(const UserId& user, const UserId& other, bool blocked);
  void add_person(const UserId& user, const UserId& other);
  void let_only_known_people_call(const UserId& user, bool only);
  [[nodiscard]] bool blocks(const UserId& user, const UserId& other) const;
  /// Whether the store has a contact, a call or a conversation between them.
  [[nodiscard]] bool knows(const UserId& user, const UserId& other) const;
  [[nodiscard]] bool lets_only_known_people_call(const UserId& user) const;

  // ---- clients with other software ----
  /// A client without a phone: it sends hello as this device, answers pings, and does nothing else
  /// by itself. Nothing happens while the server is down.
  std::optional<SocketId> open_bare_client(const UserId& user, const DeviceId& device);
  void bare_client_says(SocketId client, const std::string& text);
  void close_bare_client(SocketId client);
  /// The server tells every device of these STUN and TURN servers, now and in each welcome.
  void set_ice_servers(wire::IceServers servers);
  /// From now on a write takes this long.
  void set_commit(Duration commit) { options_.commit = commit; }

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
  /// How many of the server's writes are durable, and how often the server has crashed.
  [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> progress() const {
    return {durable_ticket_, server_life_};
  }
  [[nodiscard]] switchboard::Gauges gauges() const { return driver_.machine().gauges(); }
  /// The value by which the server's present process decides which of two crossing invites stays.
  [[nodiscard]] std::array<std::uint64_t, 2> glare_key() const {
    return {options_.seed + server_life_, 0};
  }
  /// A UUIDv7 of the current time.
  [[nodiscard]] CallId next_call_id() {
    const auto ms = static_cast<std::uint64_t>(ms_of(scheduler_.now() + clock_ahead_));
    return {ms << 16U | 0x7000U, 0x8000'0000'0000'0000U | ++call_ids_};
  }
  [[nodiscard]] std::vector<std::unique_ptr<Device>>& devices() { return devices_; }

  std::vector<Observer*> observers;

  // ---- exploration ----

  /// From now on no action runs by itself: the caller runs the lanes of the scheduler one action at
  /// a time, and time advances only from one timer to the next.
  void take_control() { scheduler_.take_control(); }
  /// Ends the exploration; the waiting actions of the lanes run now.
  void release_control();
  [[nodiscard]] std::optional<Instant> next_timer() const;
  /// Fires the next timer of any device or of the server.
  void fire_next_timer();

  /// Changes a link: the extra delay of each copy of this frame, which may reorder frames. One zero
  /// is a working link, an empty list loses the frame.
  using Way = testing::Way;
  using Tamper = std::function<std::vector<Duration>(Way, const Device&, const std::string& text)>;
  Tamper tamper;

  /// Receives the log lines of the devices and the server.
  std::function<void(const std::string& who, const std::string& text)> on_log;

  /// Called after every event; a test or a simulation checks its invariants here.
  std::function<void()> after_every_step;

 private:
  friend class Device;

  struct Socket {
    Device* device = nullptr;
    SocketId phone_side;
    std::uint64_t page = 0;  // of the device: every page counts its sockets from 1
    bool open = true;
    // A dead direction of an open socket drops frames.
    bool to_server_dead = false;
    bool to_phone_dead = false;
    Instant last_to_server;
    Instant last_to_phone;
  };

  /// An account in the store.
  struct Account {
    UserId user;
    bool known_callers_only = false;
    std::map<UserId, switchboard::Relation> decided;
    bool loaded = false;  // the present server has loaded its decisions about others
  };
  Account& account(const UserId& user);
  [[nodiscard]] const Account* find_account(const UserId& user) const;
  [[nodiscard]] static switchboard::UserKnown introduction(const Account& account);
  [[nodiscard]] switchboard::Relation relation(const Account& account, const UserId& other) const;
  void load_relations(const UserId& user);
  void relation_decided(Account& account, const UserId& other);

  // Sockets, by the phone's number.
  void open_socket(Device& device, SocketId phone_side);
  void phone_sends(Device& device, SocketId phone_side, const std::string& text);
  void phone_closes(Device& device, SocketId phone_side);

  // The server.
  void feed(const switchboard::Event& event);
  void perform(switchboard::Effect& effect) override;
  void server_receives(SocketId connection, const std::string& text);
  [[nodiscard]] bool has_socket(SocketId connection) const;
  void leave(SocketId connection, const std::string& text);
  void close_if_due(SocketId connection);
  void records_durable();
  void deliver(SocketId connection, const std::string& text);
  void carry(Way way, const Device& device, SocketId socket, const std::string& text, Instant& last,
             std::function<void()> arrive);
  void break_later(const Device& device, SocketId socket);
  void check_consistency();
  void crash_if_due();
  void server_closes(SocketId connection, std::uint16_t code);
  void lose(SocketId connection);
  [[nodiscard]] Instant now() const override { return scheduler_.now(); }
  void decided(const switchboard::Event& event,
               const std::vector<switchboard::Effect>& effects) override;
  void arm(Instant due) override;

  // Media between devices.
  void update_media();
  /// Data that can't be delivered is lost: a real channel would resend it, a lossy one finds more
  /// errors.
  void send_direct(const Device& from, const FakePeerConnection& through, const std::string& text);
  [[nodiscard]] static bool media_passes(const Device& a, const Device& b);

  [[nodiscard]] Duration transit();
  [[nodiscard]] Duration transit(const Device& device, Way way);
  Socket* find(SocketId connection);

  WorldOptions options_;
  Random random_;
  Scheduler scheduler_;
  switchboard::Driver driver_;
  std::vector<std::unique_ptr<Device>> devices_;
  std::map<std::uint64_t, Socket> sockets_;
  std::uint64_t next_socket_ = 0;
  bool listening_ = true;
  Duration clock_ahead_{0};        // offset of the server's wall clock
  std::uint64_t server_life_ = 0;  // counts restarts; pending work of an earlier life is lost
  std::vector<Account> accounts_;
  std::set<std::uint64_t> bare_clients_;  // by socket
  std::uint64_t call_ids_ = 0;
  std::uint64_t events_ = 0;  // of the switchboard
  wire::IceServers ice_servers_;
  std::map<CallId, switchboard::CallRecord> durable_;
  std::uint64_t durable_ticket_ = 0;
  Instant last_commit_;
  std::map<std::uint64_t, switchboard::Outbox> outboxes_;  // by socket
  std::vector<SocketId> holding_;                          // sockets with frames in their outbox
  CrashPoint crash_point_ = CrashPoint::now;
  bool crash_armed_ = false;  // a crash is requested
  bool crash_due_ = false;    // the crash happens now
  Duration crash_down_{0};
};

}  // namespace parley::testing
