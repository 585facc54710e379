// A whole Parley in virtual time: one switchboard, any number of devices with the real phone in
// them, sockets with delay and jitter between them, a store that takes its time, and scripted peer
// connections and microphones. What it leaves out is exactly what shells do.
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
  /// How long the store takes to make a write durable.
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

/// What is wrong with the link of a device. Counts for frames that are sent from now on.
struct LinkFaults {
  /// On top of what every link takes.
  Duration slow_to_server{0};
  Duration slow_to_phone{0};
  // Of a hundred frames, so many
  unsigned duplicated = 0;  // arrive a second time, later
  unsigned late = 0;        // arrive after newer ones
  unsigned lost = 0;        // never arrive; such a socket breaks some seconds later
};

/// At which moment a server crashes.
enum class CrashPoint : std::uint8_t {
  now,
  before_commit,  // with the next write that is asked for: it is lost
  after_commit,   // once the next write is durable: what tells of it has not left
  between_sends,  // once the first of the frames that waited for the next write has left
};

/// Sees everything that happens in a world, in order, after it was carried out.
class Observer {
 public:
  virtual ~Observer() = default;
  /// A device handled an event.
  virtual void device_took(Device& /*device*/, const phone::Event& /*event*/,
                           const std::vector<phone::Effect>& /*effects*/) {}
  /// A device's page is new: its phone knows nothing.
  virtual void page_started(Device& /*device*/) {}
  /// The server is about to carry out what an event led to. `from` sent the frame, if it is one.
  virtual void server_took(const switchboard::Event& /*event*/, const Device* /*from*/,
                           const std::vector<switchboard::Effect>& /*effects*/) {}
  /// A frame leaves for a device: the writes that it must wait for are durable.
  virtual void left_server(const Device& /*to*/, const std::string& /*text*/) {}
  virtual void server_crashed() {}
};

/// A running client: the phone and what its shell would hold.
class Device final : private phone::Driver::Shell {
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
  void set_screen(bool on);

  // ---- what happens to it ----
  /// Breaks the socket; both ends notice after the delay.
  void cut_socket();
  /// While true, sockets can't be opened and open ones carry nothing.
  void set_offline(bool offline);
  /// The page is loaded anew: everything in it is gone but its device id.
  void reload();
  /// The page is gone for good, without a word.
  void kill();
  /// The page crashes without a word and is opened again after `down`: with the device id it had,
  /// or, in a browser that forgot it, with a new one.
  void crash_page(bool new_id, Duration down = 800ms);
  /// Only one direction of the open socket carries anything from now on; nobody is told.
  void half_open(Way dead);
  /// A partition: while blocked, nothing gets through this way, and no socket opens.
  void block(Way way, bool blocked);
  /// Nothing runs while it sleeps; when it wakes, all that was due happens at once. The clock of
  /// some devices stands still meanwhile.
  void sleep(bool clock_stops);
  /// The page is frozen, and nothing of it runs; what the browser does by itself goes on: sound and
  /// picture, until it wakes.
  void freeze();
  void wake();
  [[nodiscard]] bool asleep() const { return asleep_; }
  /// Whether the server and this device really reach each other.
  [[nodiscard]] bool reaches_server() const;
  [[nodiscard]] bool dead() const { return dead_; }
  /// Its clock, and nobody else's, is this much further.
  void jump_clock(Duration ahead);
  /// A source that is open goes away: unplugged, revoked, or ended in the browser's own bar.
  void unplug(media::SourceKind source);
  /// Something outside of the page mutes a source that is open, or no longer.
  void silence(media::SourceKind source, bool silenced);
  /// The next operation of a peer connection fails.
  void fail_next_operation(bool fail = true) { fail_operation_ = fail; }
  /// The next operation of a peer connection reports nothing, ever.
  void hang_next_operation(bool hang = true) { hang_operation_ = hang; }
  /// The account signs out here, or in again.
  void sign_out();
  void sign_in();

  // ---- what it shows ----
  [[nodiscard]] const phone::View& view() const;
  /// The newest call shown; a default view without one.
  [[nodiscard]] phone::CallView call() const;
  [[nodiscard]] bool shows(phone::Phase phase) const;
  [[nodiscard]] phone::Tone tone() const { return tone_; }

  // ---- what it holds ----
  [[nodiscard]] std::size_t open_connections() const { return connections_.size(); }
  [[nodiscard]] std::size_t live_tracks() const { return live_tracks_.size(); }
  /// Its open socket, as the phone numbers it.
  [[nodiscard]] std::optional<SocketId> socket() const { return socket_; }
  [[nodiscard]] bool online() const { return view().session == phone::SessionPhase::online; }
  [[nodiscard]] const std::map<std::uint64_t, FakePeerConnection>& connections() const {
    return connections_;
  }

  // ---- how its hardware behaves ----
  bool has_microphone = true;
  bool has_camera = true;
  /// Its shell still reports what was on its way when a connection was closed. Real shells don't;
  /// the phone has to bear it.
  bool reports_late = true;
  /// Whether its connections have a data channel.
  bool has_direct = true;
  /// Whether its browser has what a call needs. A page is told at its start.
  bool can_call = true;
  /// Whether its browser says that it asks nobody for microphone or camera; some never do.
  bool tells_permissions = false;
  /// The exception with which a source can't be opened, by source.
  std::map<media::SourceKind, std::string> refuses;
  /// Whether the person picks something when the browser asks what to share.
  bool shares_screen = true;
  /// A browser that sends a muted microphone all the same.
  bool leaks_when_muted = false;
  /// How loud it is before the microphone; nothing where it can't be measured.
  std::optional<std::uint32_t> loudness;
  /// Addresses it finds for itself; none without a network.
  int candidates = 6;
  /// How long a request for media takes: a prompt can be open for a long time.
  Duration media_delay = 5ms;
  /// On top of how long an operation of a peer connection takes everywhere.
  Duration slow_operations{0};
  LinkFaults link;
  /// Nothing of any other device's media gets to it, nor its own to them.
  bool media_blocked = false;

  /// What it captures, by request.
  [[nodiscard]] const std::set<std::pair<std::uint64_t, media::SourceKind>>& tracks() const {
    return live_tracks_;
  }
  /// When its phone wants to be woken, on the clock of the world.
  [[nodiscard]] std::optional<Instant> next_deadline() const;
  /// Its own clock: counts from anywhere.
  [[nodiscard]] Instant local_now() const;
  /// Which of the world's devices it is, from 1.
  [[nodiscard]] std::size_t number() const { return number_; }
  /// What its phone was created with.
  [[nodiscard]] std::uint32_t seed() const { return seed_; }

  [[nodiscard]] const UserId& user() const { return user_; }
  [[nodiscard]] const DeviceId& id() const { return id_; }

  Device(World& world, UserId user, DeviceId id, std::uint32_t seed);
  void feed(const phone::Event& event);
  /// What a page is told at its start, if at all.
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
  Duration clock_ahead_{0};  // of the world's
  phone::Tone tone_ = phone::Tone::none;
  bool offline_ = false;
  bool dead_ = false;
  std::uint64_t page_ = 0;                 // counts loads; events of an earlier page are void
  std::optional<SocketId> socket_;         // as the phone numbers it
  std::optional<SocketId> server_socket_;  // as the server numbers it
  std::map<std::uint64_t, FakePeerConnection> connections_;
  std::set<std::pair<std::uint64_t, media::SourceKind>> live_tracks_;
  bool to_server_blocked_ = false;
  bool to_phone_blocked_ = false;
  bool asleep_ = false;
  bool clock_stops_ = false;
  bool frozen_ = false;  // asleep, but the browser is not
  Instant asleep_since_;
  std::vector<std::function<void()>> slept_through_;
  bool fail_operation_ = false;
  bool hang_operation_ = false;
};

class World final : private switchboard::Driver::Shell {
 public:
  explicit World(WorldOptions options = {});

  /// A signed-in device of this user; the user is made known on first use.
  Device& add_device(const std::string& user);

  /// kill -9 of the server: what was not durable is lost, every socket breaks; it listens again
  /// `down` later.
  void restart_server(Duration down = 500ms);
  /// The same, at a moment that depends on what the server does.
  void crash_server(CrashPoint when, Duration down = 500ms);
  /// A crash that was to come does not.
  void forget_crash() { crash_armed_ = false; }
  /// The server says goodbye to everybody and starts again.
  void drain_server(Duration down = 500ms);
  /// Somebody, or the network's time, sets the server's wall clock, whether or not it runs.
  void step_server_clock(Duration by);
  [[nodiscard]] Duration server_clock_ahead() const { return clock_ahead_; }
  /// Puts a frame of a client into its open socket that its phone knows nothing of.
  void inject(Device& from, const std::string& text);

  // ---- what people think of each other ----
  void block(const UserId& user, const UserId& other, bool blocked);
  void add_person(const UserId& user, const UserId& other);
  void let_only_known_people_call(const UserId& user, bool only);
  [[nodiscard]] bool blocks(const UserId& user, const UserId& other) const;
  /// Added, called, or talked to, as far as the store knows.
  [[nodiscard]] bool knows(const UserId& user, const UserId& other) const;
  [[nodiscard]] bool lets_only_known_people_call(const UserId& user) const;

  // ---- clients of somebody else's making ----
  /// A client without a phone: it says hello as this device, answers pings, and else does nothing
  /// by itself. Nothing while the server is down.
  std::optional<SocketId> open_bare_client(const UserId& user, const DeviceId& device);
  void bare_client_says(SocketId client, const std::string& text);
  void close_bare_client(SocketId client);
  /// The server tells every device of these STUN and TURN servers, now and in each welcome.
  void set_ice_servers(wire::IceServers servers);
  /// From now on the store takes this long.
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
  /// How much of what the server has asked for is durable, and how often it has crashed.
  [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> progress() const {
    return {durable_ticket_, server_life_};
  }
  [[nodiscard]] switchboard::Gauges gauges() const { return driver_.machine().gauges(); }
  /// With what the present process of the server decides which of two crossing invites stands.
  [[nodiscard]] std::array<std::uint64_t, 2> glare_key() const {
    return {options_.seed + server_life_, 0};
  }
  /// A UUIDv7 of now.
  [[nodiscard]] CallId next_call_id() {
    const auto ms = static_cast<std::uint64_t>(ms_of(scheduler_.now() + clock_ahead_));
    return {ms << 16U | 0x7000U, 0x8000'0000'0000'0000U | ++call_ids_};
  }
  [[nodiscard]] std::vector<std::unique_ptr<Device>>& devices() { return devices_; }

  std::vector<Observer*> observers;

  // ---- exploring ----

  /// From now on nothing happens by itself: the lanes of the scheduler are run one action at a
  /// time, and time passes only from one timer to the next.
  void take_control() { scheduler_.take_control(); }
  /// Time goes on by itself again; what waits in the lanes happens now.
  void release_control();
  [[nodiscard]] std::optional<Instant> next_timer() const;
  /// Lets the next timer of any device or of the server fire.
  void fire_next_timer();

  /// Tampers with a link: how much later than usual each copy of this frame arrives, out of order
  /// with the others if it comes to that. One zero is a link that works, none a frame that is lost.
  using Way = testing::Way;
  using Tamper = std::function<std::vector<Duration>(Way, const Device&, const std::string& text)>;
  Tamper tamper;

  /// What the devices and the server log, if somebody wants to hear it.
  std::function<void(const std::string& who, const std::string& text)> on_log;

  /// Called after every event anywhere; a test or a simulation checks its invariants here.
  std::function<void()> after_every_step;

 private:
  friend class Device;

  struct Socket {
    Device* device = nullptr;
    SocketId phone_side;
    std::uint64_t page = 0;  // of the device: every page counts its sockets from 1
    bool open = true;
    // A dead direction of an open socket swallows what is sent.
    bool to_server_dead = false;
    bool to_phone_dead = false;
    Instant last_to_server;
    Instant last_to_phone;
  };

  /// An account, as the store has it.
  struct Account {
    UserId user;
    bool known_callers_only = false;
    std::map<UserId, switchboard::Relation> decided;
    bool loaded = false;  // what it thinks of others is known to the present server
  };
  Account& account(const UserId& user);
  [[nodiscard]] const Account* find_account(const UserId& user) const;
  [[nodiscard]] static switchboard::UserKnown introduction(const Account& account);
  [[nodiscard]] switchboard::Relation relation(const Account& account, const UserId& other) const;
  void load_relations(const UserId& user);
  void relation_decided(Account& account, const UserId& other);

  // Sockets, seen from the phone.
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
  /// What can't get through is lost: a real channel would repeat it, a lossy one shows more.
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
  Duration clock_ahead_{0};        // of the server's wall clock
  std::uint64_t server_life_ = 0;  // counts restarts; what an earlier life had in flight is lost
  std::vector<Account> accounts_;
  std::set<std::uint64_t> bare_clients_;  // by socket
  std::uint64_t call_ids_ = 0;
  std::uint64_t events_ = 0;  // of the switchboard
  wire::IceServers ice_servers_;
  std::map<CallId, switchboard::CallRecord> durable_;
  std::uint64_t durable_ticket_ = 0;
  Instant last_commit_;
  std::map<std::uint64_t, switchboard::Outbox> outboxes_;  // by socket
  std::vector<SocketId> holding_;                          // sockets with something in their outbox
  CrashPoint crash_point_ = CrashPoint::now;
  bool crash_armed_ = false;  // waits for its moment
  bool crash_due_ = false;    // its moment has come
  Duration crash_down_{0};
};

}  // namespace parley::testing
