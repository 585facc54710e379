// What the peer connections report. All of it only means something while the call has one.
#include "core/base/overloaded.hpp"
#include "core/phone/call.hpp"
#include "core/phone/timers.hpp"

#include <optional>
#include <utility>

namespace parley::phone {

using recovery::Fact;

namespace {

/// The connection that an event names; nullptr when the call does not have it.
Connection* find(CallState& state, PeerConnectionId id) {
  Connections* connections = connections_of(state);
  if (connections == nullptr) return nullptr;
  if (connections->current.id() == id) return &connections->current;
  if (connections->next && connections->next->id() == id) return &*connections->next;
  return nullptr;
}

/// Lets the negotiator take an event; the call itself goes on unchanged.
template <class Act>
Step negotiate(CallState state, PeerConnectionId id, const CallContext& context, Act act) {
  Step step = stay(std::move(state));
  Connection* connection = find(step.next, id);
  if (connection == nullptr) return step;
  negotiation::Output output{.now = context.now};
  act(connection->negotiator, output);
  add(step, std::move(output), *connection, context);
  return step;
}

bool media_flows(const Connection& connection, const CallContext& context) {
  const auto& before = connection.audio_packets_before;
  const bool arrives = before && connection.audio_packets > *before;
  return connection.transport_up && (arrives || context.silence_is_normal);
}

/// The other side's next device has media: the one before is let go.
bool can_hand_over(const Connections& connections, const CallContext& context) {
  if (!connections.next || !connections.next->transport_up) return false;
  // Silence proves nothing while the device before is there: it may be on hold, the next one not.
  const bool silent = context.silence_is_normal && !connections.current.transport_up;
  return connections.next->audio_packets > 0 || silent;
}

/// When media first flowed in a call that becomes active with it; empty in other states.
std::optional<Instant> since_if_active(const CallState& state, const CallContext& context) {
  return std::visit(
      Overloaded{
          // A call that had media before, at another device or on an earlier page, goes on
          // counting.
          [&](const Connecting&) {
            return std::optional(context.connected_at.value_or(context.now));
          },
          [](const Reconnecting& s) { return std::optional(s.since); },
          [](const OneOf<Calling, Ringing, Incoming, Answering, Active, Elsewhere, Ended> auto&) {
            return std::optional<Instant>();
          },
      },
      state);
}

/// Hands over, and makes the call active when media has really arrived, not when the transport says
/// so. The state has connections.
void check(Step& step, const CallContext& context) {
  Connections& connections = *connections_of(step.next);
  if (can_hand_over(connections, context)) hand_over(connections, step);
  const std::optional<Instant> since = since_if_active(step.next, context);
  if (!since || !media_flows(connections.current, context)) return;
  step.why = std::holds_alternative<Connecting>(step.next) ? "media flows" : "media is back";
  (void)connections.current.recovery.on(Fact::media_flows, context.now);
  connections.sample_at = context.now + kSampleWhileActive;
  step.next = Active{std::move(connections), *since, context.now + kReportInterval};
  step.messages.emplace_back(wire::MediaReport{context.call, true});
}

/// An active call is without media now.
void lose_media(Step& step, Active& active, const CallContext& context) {
  Connections& connections = active.connections;
  // What has arrived until now says nothing about what will.
  connections.current.audio_packets_before.reset();
  connections.sample_at = context.now;
  step.next = Reconnecting{std::move(connections), active.since};
  step.why = "media lost";
}

/// The transport of a connection is down.
void transport_down(Step& step, Connection& connection, const CallContext& context) {
  const bool failed = connection.state == ConnectionState::failed;
  const recovery::Action action =
      connection.recovery.on(failed ? Fact::path_failed : Fact::path_disturbed, context.now);
  const bool gives_up = action == recovery::Action::give_up;
  Connections& connections = *connections_of(step.next);
  if (&connection != &connections.current) {
    if (gives_up) let_joiner_go(connections, step);
  } else if (gives_up && connections.next) {
    hand_over(connections, step);
  } else if (auto* active = std::get_if<Active>(&step.next)) {
    lose_media(step, *active, context);
    recover(step, action, context);
    step.messages.emplace_back(wire::MediaReport{context.call, false});
  } else {
    recover(step, action, context);
  }
}

}  // namespace

Step on(CallState state, const LocalDescriptionSet& event, const CallContext& context) {
  return negotiate(std::move(state), event.connection, context,
                   [&](auto& negotiator, auto& output) {
                     negotiator.local_description_set(event, context.now, output);
                   });
}

Step on(CallState state, const RemoteDescriptionSet& event, const CallContext& context) {
  return negotiate(
      std::move(state), event.connection, context,
      [&](auto& negotiator, auto& output) { negotiator.remote_description_set(event, output); });
}

Step on(CallState state, const CandidateGathered& event, const CallContext& context) {
  return negotiate(std::move(state), event.connection, context, [&](auto& negotiator, auto&) {
    negotiator.candidate_gathered(event, context.now);
  });
}

Step on(CallState state, const GatheringCompleted& event, const CallContext& context) {
  return negotiate(std::move(state), event.connection, context,
                   [&](auto& negotiator, auto&) { negotiator.gathering_completed(context.now); });
}

Step on(CallState state, const OperationFailed& event, const CallContext& context) {
  Step step = stay(std::move(state));
  Connection* connection = find(step.next, event.connection);
  if (connection == nullptr || !connection->negotiator.is_current(event.operation)) return step;
  negotiation::Output output{.now = context.now};
  connection->negotiator.operation_failed(event.operation, output);
  add(step, std::move(output), *connection, context);
  end_if_exhausted(step, context);
  step.effects.emplace_back(
      Log{LogLevel::error, context.call,
          "an operation failed: " + event.name.value + ": " + event.message.value});
  return step;
}

Step on(CallState state, const ConnectionStateChanged& event, const CallContext& context) {
  Step step = stay(std::move(state));
  Connection* connection = find(step.next, event.connection);
  // The counters may have said so first.
  if (connection == nullptr || connection->state == event.state) return step;
  connection->state = event.state;
  connection->transport_up = event.state == ConnectionState::connected;
  if (connection->transport_up) {
    check(step, context);
  } else {
    transport_down(step, *connection, context);
  }
  return step;
}

Step on(CallState state, const StatsSampled& event, const CallContext& context) {
  Step step = stay(std::move(state));
  if (event.state) {
    step =
        on(std::move(step.next), ConnectionStateChanged{event.connection, *event.state}, context);
  }
  Connection* connection = find(step.next, event.connection);
  if (connection == nullptr) return step;
  connection->audio_packets = event.received.microphone.packets.value_or(0);
  auto& past = connection->audio_packets_before;
  if (!past || *past > connection->audio_packets) past = connection->audio_packets;
  check(step, context);
  return step;
}

Step on(CallState state, const NetworkChanged&, const CallContext& context) {
  Step step = stay(std::move(state));
  if (Connections* connections = connections_of(step.next)) {
    recover(step, connections->current.recovery.on(Fact::network_changed, context.now), context);
  }
  return step;
}

}  // namespace parley::phone
