// One call on one device. Each state holds only the data that applies in it, its deadline included.
// An event is a function from state to state that handles every state by name: a new state does not
// compile until every event handles it. Specified in docs/architecture.md#the-call-on-a-phone.
#pragma once

#include "core/base/time.hpp"
#include "core/negotiation/negotiator.hpp"
#include "core/recovery/recovery.hpp"
#include "core/recovery/stall_watch.hpp"
#include "core/shell/effects.hpp"
#include "core/shell/events.hpp"
#include "core/wire/frame.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace parley::phone {

/// A peer connection of an answered call.
struct Connection {
  negotiation::Negotiator negotiator;
  DeviceId peer_device;
  std::uint32_t link = 0;  // the server's number of the pair of devices it connects
  recovery::Recovery recovery;
  bool transport_up = false;
  ConnectionState state = ConnectionState::fresh;
  std::uint64_t audio_packets = 0;
  /// The packets counted when media was lost: a higher count means that media is back. Absent
  /// between the loss and the next reading of the counters.
  std::optional<std::uint64_t> audio_packets_before = 0;
  recovery::StallWatch stall_watch = {};
  /// Media was lost although the transport is up: only what arrives shows that it is back.
  bool stalled = false;
  /// When the other device was asked last for a sign of life, while media is lost.
  Instant asked_at = {};
  bool relays_only = false;
  /// Its data channel is open. Kept for connections that are set up while the call rings.
  bool direct_open = false;
  /// The network has changed, or the device was asleep, while the call rang.
  bool in_doubt = false;

  [[nodiscard]] PeerConnectionId id() const { return negotiator.connection(); }
};

/// The connections of an answered call: one, and a second one while the other side moves the call
/// to another device. The first is closed once media flows through the second.
struct Connections {
  Connection current;
  std::optional<Connection> next;
  Instant sample_at;
};

/// Connections that are set up while the call rings: the caller's to devices of the other side, or
/// the one of a device that rings. Nothing is sent through them. The one to the device that answers
/// becomes the call's, the others are closed.
using WarmConnections = std::vector<Connection>;

// ---- states ----

/// Dialled; no device of the other side rings yet.
struct Calling {
  Instant give_up_at;
  bool known_to_server = false;
  std::uint32_t devices_told = 0;
  WarmConnections warm = {};
};
/// At least one device of the other side rings.
struct Ringing {
  Instant give_up_at;
  std::uint32_t devices_told = 0;
  std::uint32_t devices_ringing = 0;
  WarmConnections warm = {};
};
/// Ringing on this device.
struct Incoming {
  Instant expires_at;
  WarmConnections warm = {};
};
/// Answered or joined on this device; the server has not confirmed it yet.
struct Answering {
  Instant give_up_at;
  bool joining = false;
  /// When the answer is refused, the call rings on this device until this moment.
  std::optional<Instant> rings_until = std::nullopt;
  /// The one that it goes on with, if it has one.
  WarmConnections warm = {};
};
/// Confirmed on both sides; no media yet.
struct Connecting {
  Connections connections;
};
/// Media flows.
struct Active {
  Connections connections;
  Instant since;
  Instant report_at;
};
/// Media flowed and has stopped; the phone restores it.
struct Reconnecting {
  Connections connections;
  Instant since;
};
/// The call is on at another device of this user.
struct Elsewhere {};
struct Ended {
  wire::EndReason reason = wire::EndReason::completed;
  std::optional<Error> failure;
  std::optional<Duration> lasted;
  /// The server has not confirmed the end; the phone sends it again when the server still has the
  /// call.
  bool unconfirmed = false;
};

using CallState = std::variant<Calling, Ringing, Incoming, Answering, Connecting, Active,
                               Reconnecting, Elsewhere, Ended>;

// ---- transitions ----

/// The input of a transition besides state and event.
struct CallContext {
  Instant now;
  CallId call;
  wire::Direction direction = wire::Direction::outgoing;
  std::optional<DeviceId> device;
  /// The number of the next peer connection of this phone.
  PeerConnectionId next_connection;
  const wire::IceServers& ice_servers;
  /// True while no sound is expected: by its status the other side sends none, or the call is held.
  bool silence_is_normal = false;
  /// True while packets of sound are expected all the time. A microphone that is off may send none.
  bool sound_expected = false;
  /// True while the session is online, and messages to the server can be sent.
  bool online = false;
  /// True while a proof of silence waits for the counters.
  bool sample_closely = false;
  /// When the server got the first media report of this call, on this phone's clock.
  std::optional<Instant> connected_at = std::nullopt;
};

/// What a step has done to the connections of a call that goes on with one.
enum class ConnectionChange : std::uint8_t {
  none,
  warmed,         // one is new while the call rings
  adopted,        // one that was set up while the call rang is the current one
  opened,         // the current one is new, and takes the place of all others
  joiner_opened,  // the next one is new: another device of the other side takes over
  handed_over,    // the next one has taken the place of the current one
  joiner_gone,    // the next one is given up
};

/// The result of a transition. Connections that `next` no longer has are to be closed.
struct Step {
  CallState next;
  std::string_view why;  // constant text for the log; empty when the state has not changed
  ConnectionChange change = ConnectionChange::none;
  /// The path is in doubt: ask the other device, through the current connection, for a sign of
  /// life.
  bool asks_peer = false;
  /// So may be the path to the server: ask it for one, too.
  bool asks_server = false;
  std::vector<Effect> effects{};
  std::vector<wire::ClientMessage> messages{};
};

// The person (call_person.cpp).
Step on(CallState state, const AnswerPressed& event, const CallContext& context);
Step on(CallState state, const JoinPressed& event, const CallContext& context);
Step on(CallState state, const DeclinePressed& event, const CallContext& context);
Step on(CallState state, const HangUpPressed& event, const CallContext& context);
Step on(CallState state, const PageHidden& event, const CallContext& context);

// The server (call_server.cpp).
Step on(CallState state, const wire::Progress& event, const CallContext& context);
Step on(CallState state, const wire::WarmUp& event, const CallContext& context);
Step on(CallState state, const wire::Accepted& event, const CallContext& context);
Step on(CallState state, const wire::Ended& event, const CallContext& context);
Step on(CallState state, const wire::Elsewhere& event, const CallContext& context);
Step on(CallState state, const wire::Refusal& event, const CallContext& context);
Step on(CallState state, const wire::RelayedSignal& event, const CallContext& context);

/// The invite has become part of another call: its connections are of no use there.
struct InviteMerged {};
Step on(CallState state, const InviteMerged& event, const CallContext& context);

// A new welcome (call_reconcile.cpp).
/// What a welcome contains about the call; `snapshot` is empty when the welcome does not contain
/// the call.
struct Reconciled {
  std::optional<wire::CallSnapshot> snapshot;
  bool resumed = false;
  /// The time until the server's limit of its phase.
  std::optional<Duration> expires_in = std::nullopt;
  /// The invite to send again when the server does not know the call.
  wire::Invite invite;
};
Step on(CallState state, const Reconciled& event, const CallContext& context);

// The peer connection (call_connection.cpp).
Step on(CallState state, const LocalDescriptionSet& event, const CallContext& context);
Step on(CallState state, const RemoteDescriptionSet& event, const CallContext& context);
Step on(CallState state, const OperationFailed& event, const CallContext& context);
Step on(CallState state, const CandidateGathered& event, const CallContext& context);
Step on(CallState state, const GatheringCompleted& event, const CallContext& context);
Step on(CallState state, const ConnectionStateChanged& event, const CallContext& context);
Step on(CallState state, const StatsSampled& event, const CallContext& context);
Step on(CallState state, const NetworkChanged& event, const CallContext& context);
Step on(CallState state, const DirectOpened& event, const CallContext& context);
/// Something other than media has come through a connection.
struct SignOfLife {
  PeerConnectionId connection;
};
Step on(CallState state, const SignOfLife& event, const CallContext& context);
/// Whether signals reach the other device has changed.
struct ReachChanged {
  bool in_reach = true;
};
Step on(CallState state, const ReachChanged& event, const CallContext& context);

// Time (call_time.cpp).
[[nodiscard]] std::optional<Instant> deadline(const CallState& state);
Step on(CallState state, const TimeReached& event, const CallContext& context);
/// Nothing ran on this device for a while. An overdue limit ends the call only after counters,
/// connection states and the server's messages have been read.
struct Woken {};
Step on(CallState state, const Woken& event, const CallContext& context);

// ---- questions ----

[[nodiscard]] const Connections* connections_of(const CallState& state);
[[nodiscard]] Connections* connections_of(CallState& state);
/// The connections that are set up while the call rings; nullptr in states that have none.
[[nodiscard]] WarmConnections* warm_of(CallState& state);
[[nodiscard]] const WarmConnections* warm_of(const CallState& state);
/// Of all of its connections.
[[nodiscard]] std::vector<PeerConnectionId> connection_ids(const CallState& state);
/// How long media has flowed; empty before it did.
[[nodiscard]] std::optional<Duration> lasted(const CallState& state, Instant now);
/// True in states in which this device captures the sources that the person wants.
[[nodiscard]] bool uses_media(const CallState& state);

// ---- shared by the transitions ----

/// When to give up a phase that the server limits: `expires_in` plus `kGuardMargin` from now, or
/// `otherwise` from now when the server has not sent a limit.
[[nodiscard]] Instant guard(std::optional<Duration> expires_in, Duration otherwise, Instant now);
/// Lets the next connection take the place of the current one.
void hand_over(Connections& connections, Step& step);
/// Gives the next connection up.
void let_joiner_go(Connections& connections, Step& step);
/// Gives up the connections that can't be negotiated after all attempts. Ends a call that has no
/// other one, unless it is on.
void end_if_exhausted(Step& step, const CallContext& context);
/// Creates a new connection in the shell, and makes the first offer if that is this side's part.
void start(Connection& connection, const CallContext& context, Step& step);
/// Leaves the connection that an answer at this device goes on with, and returns its link; leaves
/// none if none works.
[[nodiscard]] std::optional<std::uint32_t> use_warm(WarmConnections& warm);
/// A connection that was set up while it rang becomes the call's own.
[[nodiscard]] Step adopt(Connection connection, const wire::Accepted& event,
                         const CallContext& context);
/// When the server's limit for the first media is over.
[[nodiscard]] Instant connect_limit(const wire::Accepted& event, Instant now);
/// How often the counters of a call are read. `closely`: a proof of silence waits for them.
[[nodiscard]] Duration sample_interval(const CallState& state, bool closely);
/// Moves the next reading of the counters to `at`, unless it is earlier.
void sample_by(CallState& state, Instant at);
/// A step that changes nothing.
Step stay(CallState state);
/// Ends the call on this device and sends the end to the server.
Step give_up(Error failure, std::optional<Duration> lasted, const CallContext& context);
/// Does what the recovery of the current connection asks for.
void recover(Step& step, recovery::Action action, const CallContext& context);
/// Addresses a negotiation's messages to the other device and adds them to the step.
void add(Step& step, negotiation::Output output, const Connection& connection,
         const CallContext& context);

}  // namespace parley::phone
