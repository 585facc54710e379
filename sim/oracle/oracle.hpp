// Watches a world and reports violations of the invariants. The invariants and their numbers are
// those of docs/simulator.md#invariants.
//
// A step checks only its device or record, because nothing else can have changed.
#pragma once

#include "core/base/token_bucket.hpp"
#include "core/testing/world.hpp"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace parley::sim {

struct Violation {
  /// The invariant, always in the same words: shrinking compares it.
  std::string rule;
  /// The users, devices and values of this violation.
  std::string what;
};

class Oracle final : public testing::Observer {
 public:
  struct Expectations {
    bool calm = false;      // no faults: every call succeeds
    bool in_order = false;  // links keep the order: no client is refused for a broken protocol
  };
  Oracle(testing::World& world, Expectations expect) : world_(world), expect_(expect) {}

  [[nodiscard]] const std::optional<Violation>& broken() const { return broken_; }
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

  /// Called after the faults have ended and time has passed: the reason why the world is not
  /// peace. At peace, each call is over, or active at both ends with media flowing.
  [[nodiscard]] std::optional<Violation> unsettled() const;
  /// Called after all calls are hung up: resources that should have been released.
  [[nodiscard]] std::optional<Violation> left_over() const;

  // ---- events of the world ----
  void device_took(testing::Device& device, const phone::Event& event,
                   const std::vector<phone::Effect>& effects) override;
  void page_started(testing::Device& device) override;
  void server_took(const switchboard::Event& event, const testing::Device* from,
                   const std::vector<switchboard::Effect>& effects) override;
  void left_server(const testing::Device& to, const std::string& text) override;
  void server_crashed() override;

 private:
  /// The observations of one device.
  struct Watched {
    struct Open {
      std::uint64_t connection = 0;
      CallId call;
    };
    std::vector<Open> connections;
    phone::Tone tone = phone::Tone::none;
    // Frames sent in the present period.
    Instant stretch;
    unsigned frames = 0;
    // When it was last without a session, and whether that has ever lasted long.
    std::optional<Instant> away_since;
    bool was_away_for_long = false;
    // Since when its view differs from the store although it is online.
    std::optional<Instant> wrong_since;
    std::optional<Instant> rings_late_since;
    std::optional<Instant> here_since;
    std::optional<Instant> unheard_since;
    Instant last_step;
    // Calls that were on after its last step.
    std::vector<CallId> on;
    // The last deadline of its phone, and how often nothing ran until long after it.
    std::optional<Instant> due;
    unsigned gaps = 0;
    // Operations of its connections that have not reported yet.
    struct Operating {
      PeerConnectionId connection;
      OperationId operation;
      Instant since;
    };
    std::vector<Operating> operating;
    Duration slept{0};  // since the step before
    // Its clock stood still for a while: it can't detect how late it is.
    Duration clock_ahead{0};
    bool clock_stood = false;
  };
  /// The devices that the server has paired.
  struct Pair {
    CallId call;
    std::uint32_t link = 0;
    UserId user;
    bool operator==(const Pair&) const = default;
  };

  /// The user and device behind a socket, from its hello.
  struct Visitor {
    UserId user;
    DeviceId device;
    std::optional<SessionId> resumes;
  };
  /// A session of the server, as observed from outside.
  struct Kept {
    SessionId id;
    UserId user;
    DeviceId device;
    std::optional<SocketId> connection;
    Instant lost_at{};
    bool leaving = false;
    bool unsure = false;  // it may have been forgotten, or can't be resumed
  };
  /// Unanswered calls of one person to another.
  struct InVain {
    unsigned weight = 0;
    Instant next;  // the next call is allowed at this time
  };
  /// The call and user of an event, for the checks of requests.
  struct Request {
    const switchboard::Event& event;
    const std::vector<switchboard::Effect>& effects;
    const switchboard::FrameReceived* frame = nullptr;
    std::string_view type;
  };

  void violate(std::string_view rule, std::string what);
  void note_step();
  Watched& watched(const testing::Device& device);
  // devices.cpp
  void check_effects(const testing::Device& device, const phone::Event& event,
                     const std::vector<phone::Effect>& effects);
  void check_calls(testing::Device& device);
  void check_proofs(const testing::Device& device, const phone::CallView& call,
                    const phone::FeedConnection& feed);
  void check_quality(const testing::Device& device, const phone::CallView& call);
  // knowledge.cpp
  void check_knowledge(const testing::Device& device);
  [[nodiscard]] bool is_wrong(const testing::Device& device, const phone::CallView& call) const;
  // waiting.cpp
  void check_gap(const testing::Device& device, const phone::Event& event);
  void check_operations(const testing::Device& device, const phone::Event& event,
                        const std::vector<phone::Effect>& effects);
  // records.cpp
  void check_stored(const switchboard::CallRecord& record, const Request& request,
                    const testing::Device* from);
  void check_first_record(const switchboard::CallRecord& record);
  void check_record(const switchboard::CallRecord& before, const switchboard::CallRecord& after);
  void check_closed(const switchboard::CallRecord& record);
  void check_order(const switchboard::CallRecord& record);
  void check_user(const UserId& user);
  void check_deadlines();
  void check_leaving(const switchboard::FrameReceived& frame);
  [[nodiscard]] bool is_here(const switchboard::Leg& leg) const;
  [[nodiscard]] std::ptrdiff_t open_calls_of(const UserId& user) const;
  // clock.cpp
  [[nodiscard]] switchboard::CallRecord without_lost_time(
      switchboard::CallRecord before, const switchboard::CallRecord& after) const;
  void clock_was_set(const switchboard::WallClock& clock);
  void bring_into_the_past(CallId id);
  // told.cpp
  void check_told(const testing::Device& to, std::string_view type, const std::string& text);
  [[nodiscard]] const switchboard::CallRecord* durable(CallId call) const;
  // requests.cpp
  void check_request(const switchboard::FrameReceived& frame, const testing::Device& from,
                     const std::vector<switchboard::Effect>& effects);
  void check_dial(const testing::Device& from, const switchboard::CallRecord& ended);
  [[nodiscard]] bool gave_up(CallId call, const testing::Device& device) const;
  // sessions.cpp
  void note_visitor(const Request& request);
  void check_sessions(const Request& request);
  void session_asked(const switchboard::Authenticated& event,
                     const std::vector<switchboard::Effect>& effects);
  void no_place(const Visitor& visitor);
  void session_started(const Visitor& visitor, const wire::Welcome& welcome, SocketId socket);
  void socket_gone(SocketId socket);
  [[nodiscard]] bool may_be_gone(const Kept& kept) const;
  void let_joiners_go(CallId id);
  [[nodiscard]] bool is_in_call(const UserId& user, const DeviceId& device) const;
  void check_lease();
  [[nodiscard]] Instant last_heard(const switchboard::Leg& leg) const;
  // left_behind.cpp
  void check_left_behind(const Request& request, const testing::Device& from);
  [[nodiscard]] bool is_left_behind(const switchboard::CallRecord& record, const UserId& user,
                                    const DeviceId& asking) const;
  [[nodiscard]] std::ptrdiff_t calls_that_stay(const UserId& user) const;
  // signals.cpp
  void check_relay(const Request& request);
  // people.cpp
  void note_people(const switchboard::CallRecord& record, const switchboard::CallRecord* before);
  void check_new_call(const switchboard::CallRecord& record);
  void check_people(const Request& request);
  void check_told_callee(const Visitor& to, const std::string& text);
  void check_screened_end(const switchboard::CallRecord& record);
  void note_in_vain(const switchboard::CallRecord& record);
  [[nodiscard]] bool knows(const UserId& user, const UserId& other) const;
  // ends.cpp
  void check_ended(const Request& request, const testing::Device& from);
  void check_times(const Request& request);
  void check_waited_for(const Request& request);
  void check_glare(const Request& request, const testing::Device& from);
  [[nodiscard]] const switchboard::CallRecord* latest(CallId call) const;
  // at_rest.cpp
  [[nodiscard]] std::optional<Violation> unsettled_call(const testing::Device& device,
                                                        const phone::CallView& call) const;
  [[nodiscard]] const testing::Device* device_of(const switchboard::Leg& leg) const;

  testing::World& world_;
  Expectations expect_;
  std::optional<Violation> broken_;
  std::uint64_t steps_ = 0;
  Instant standing_;
  unsigned standing_steps_ = 0;
  std::vector<Watched> watched_;
  /// The newest record of each call that the server asked to store, durable or not.
  std::unordered_map<CallId, switchboard::CallRecord> latest_;
  std::vector<CallId> open_calls_;
  Instant restored_at_;
  bool starting_ = true;  // it has had no event yet
  bool restarted_ = false;
  /// How far the server's clock is ahead, from the last WallClock event.
  Duration clock_ahead_{0};
  /// The virtual time at which each call was last written before it rang.
  std::unordered_map<CallId, Instant> invited_;
  std::unordered_map<SocketId, Visitor> visitors_;
  std::unordered_map<DeviceId, Instant> heard_;
  std::vector<Kept> kept_;
  /// The virtual time at which each call ended in the present process of the server.
  std::unordered_map<CallId, Instant> ended_since_;
  /// How far the clock of the last welcome is ahead, by socket.
  std::unordered_map<SocketId, Duration> told_ahead_;
  std::map<std::pair<CallId, UserId>, TokenBucket> relayed_;
  std::map<std::pair<CallId, UserId>, TokenBucket> joined_;
  std::unordered_map<SocketId, TokenBucket> refused_;
  /// Signals of each call that were sent to a socket since its last frame arrived.
  std::map<std::pair<SocketId, CallId>, std::size_t> untaken_;
  /// Calls that began to ring at a socket since its last frame arrived.
  std::unordered_map<SocketId, std::size_t> rung_;
  std::set<std::pair<UserId, UserId>> known_;  // the first one knows the second one
  std::map<std::pair<UserId, UserId>, InVain> in_vain_;
  std::unordered_set<CallId> screened_;  // calls that once rang nowhere for their callee
  /// Since when a caller has the message of the present process that a call was delivered.
  std::unordered_map<CallId, Instant> delivered_;
  /// Devices whose pages sent `leaving`, and when.
  std::vector<std::pair<DeviceId, Instant>> left_;
  std::unordered_set<std::uint64_t> closed_;  // sockets
  /// Invites that became part of another call.
  std::unordered_map<CallId, CallId> merged_;
  std::vector<std::pair<Pair, DeviceId>> peers_told_;
  std::vector<std::pair<Pair, std::size_t>> devices_told_;
  /// The peer that each device was told of, by call, link and user. A restart forgets the links of
  /// calls that ring.
  struct WarmPair {
    DeviceId peer;
    std::size_t device = 0;
    bool operator==(const WarmPair&) const = default;
  };
  std::map<std::tuple<CallId, std::uint32_t, UserId>, WarmPair> warm_told_;
  /// Devices that ended a call with a failure.
  std::vector<std::pair<CallId, std::size_t>> gave_up_;
  struct LinkTold {
    std::uint32_t link = 0;
    DeviceId peer;
  };
  /// The last pair of devices sent to each socket, by call.
  std::map<std::pair<std::uint64_t, CallId>, LinkTold> links_told_;
};

}  // namespace parley::sim
