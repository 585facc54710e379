// One call on one device. A state owns exactly what is true in it, its deadline included; an event
// is a function from state to state that names every state (a new one breaks the build at each
// event that has not decided about it). Specified in docs/architecture.md#the-call-on-a-phone.
#pragma once

#include "core/base/time.hpp"
#include "core/negotiation/negotiator.hpp"
#include "core/shell/effects.hpp"
#include "core/shell/events.hpp"
#include "core/wire/frame.hpp"

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

namespace parley::phone {

/// A peer connection of an answered call.
struct Connection {
  negotiation::Negotiator negotiator;
  DeviceId peer_device;
  std::uint32_t link = 0;  // the pair of devices it connects, as the server counts them
  Instant give_up_at;      // for the next one: let go when it has no media by then
  bool transport_up = false;
  ConnectionState state = ConnectionState::fresh;
  std::uint64_t audio_packets = 0;
  /// What was counted when media had been lost: only more than that is media that is back. Absent
  /// from the loss to the next look at the counters.
  std::optional<std::uint64_t> audio_packets_before = 0;

  [[nodiscard]] PeerConnectionId id() const { return negotiator.connection(); }
};

/// The connections of an answered call: one, and a second one while the other side moves to another
/// of its devices. The first is let go only when media flows through the second.
struct Connections {
  Connection current;
  std::optional<Connection> next;
  Instant sample_at;
};

// ---- states ----

/// Dialled; no device of the other side rings yet.
struct Calling {
  Instant give_up_at;
  bool known_to_server = false;
  std::uint32_t devices_told = 0;
};
/// At least one device of the other side rings.
struct Ringing {
  Instant give_up_at;
  std::uint32_t devices_told = 0;
  std::uint32_t devices_ringing = 0;
};
/// Ringing on this device.
struct Incoming {
  Instant expires_at;
};
/// Answered or joined on this device; the server has not confirmed it yet.
struct Answering {
  Instant give_up_at;
  bool joining = false;
  /// Until then it goes on ringing here, should the answer be refused.
  std::optional<Instant> rings_until = std::nullopt;
};
/// Confirmed on both sides; no media yet.
struct Connecting {
  Connections connections;
  Instant give_up_at;
};
/// Media flows.
struct Active {
  Connections connections;
  Instant since;
  Instant report_at;
};
/// Media flowed and has stopped; it is being brought back.
struct Reconnecting {
  Connections connections;
  Instant since;
  Instant give_up_at;
  Instant restart_at;
};
/// The call is on at another device of this user.
struct Elsewhere {};
struct Ended {
  wire::EndReason reason = wire::EndReason::completed;
  std::optional<Error> failure;
  std::optional<Duration> lasted;
  /// The server has not confirmed that the call is over; it is told again when it asks.
  bool unconfirmed = false;
};

using CallState = std::variant<Calling, Ringing, Incoming, Answering, Connecting, Active,
                               Reconnecting, Elsewhere, Ended>;

// ---- transitions ----

/// What a transition reads besides the state.
struct CallContext {
  Instant now;
  CallId call;
  wire::Direction direction = wire::Direction::outgoing;
  std::optional<DeviceId> device;
  /// The number the next peer connection of this phone gets.
  PeerConnectionId next_connection;
  const wire::IceServers& ice_servers;
  /// True while no sound is to be expected: the other side has said that it sends none, or the call
  /// is held.
  bool silence_is_normal = false;
  /// Messages to the server can leave now.
  bool online = false;
  /// Counters are to be read often.
  bool sample_often = false;
  /// When the server first heard of media in this call, on this phone's clock.
  std::optional<Instant> connected_at = std::nullopt;
};

/// What a transition leads to.
struct Step {
  CallState next;
  std::string_view why;  // constant text for the log; empty when nothing changed
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
Step on(CallState state, const wire::Accepted& event, const CallContext& context);
Step on(CallState state, const wire::Ended& event, const CallContext& context);
Step on(CallState state, const wire::Elsewhere& event, const CallContext& context);
Step on(CallState state, const wire::Refusal& event, const CallContext& context);
Step on(CallState state, const wire::RelayedSignal& event, const CallContext& context);

// A new welcome (call_reconcile.cpp).
/// What the snapshot of a welcome says about the call; nothing when it is not in there.
struct Reconciled {
  std::optional<wire::CallSnapshot> snapshot;
  bool resumed = false;
  /// How much longer its phase may last.
  std::optional<Duration> expires_in = std::nullopt;
  /// What to invite with again, should the server never have heard of the call.
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

// Time (call_time.cpp).
[[nodiscard]] std::optional<Instant> deadline(const CallState& state);
Step on(CallState state, const TimeReached& event, const CallContext& context);
/// Nothing ran here for a while. Before a limit that is overdue ends something, the facts are read.
struct Woken {};
Step on(CallState state, const Woken& event, const CallContext& context);

// ---- questions ----

[[nodiscard]] const Connections* connections_of(const CallState& state);
[[nodiscard]] std::vector<PeerConnectionId> connection_ids(const CallState& state);
/// Whether this device captures for the call, if the person wants it to.
[[nodiscard]] bool uses_media(const CallState& state);

// ---- shared by the transitions ----

/// When to give up what the server limits by itself: `expires_in` from now, if it says so.
[[nodiscard]] Instant guard(std::optional<Duration> expires_in, Duration otherwise, Instant now);
/// A connection can't be negotiated, however often that is tried afresh: nothing where the call
/// goes on without.
std::optional<Step> end_if_exhausted(CallState& state, const CallContext& context);
/// The counters are read by then at the latest.
void sample_by(CallState& state, Instant at);
/// Nothing changes.
Step stay(CallState state);
/// The call is over here and the server is told so.
Step give_up(Error failure, std::optional<Duration> lasted, const CallContext& context);
/// Asks for new ICE credentials, now and again later, as long as signalling works.
Step restart_ice(Reconnecting reconnecting, const CallContext& context);
/// Addresses a negotiation's messages to the other device and adds them to the step.
void add(Step& step, negotiation::Output output, const Connection& connection,
         const CallContext& context);

}  // namespace parley::phone
