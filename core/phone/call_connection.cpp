// What the peer connections report. All of it only means something while the call has one.
#include "core/base/overloaded.hpp"
#include "core/phone/call.hpp"
#include "core/phone/timers.hpp"

#include <iterator>
#include <utility>

namespace parley::phone {

namespace {

Connection* find(Connections& connections, PeerConnectionId id) {
  if (connections.current.id() == id) return &connections.current;
  if (connections.next && connections.next->id() == id) return &*connections.next;
  return nullptr;
}

/// Runs `act(state, connection)` on the connection an event names; states without it ignore the
/// event.
template <class Event, class Act>
Step on_connection(CallState state, const Event& event, Act act) {
  return std::visit(
      Overloaded{
          [&](OneOf<Connecting, Active, Reconnecting> auto&& s) -> Step {
            if (find(s.connections, event.connection) == nullptr) return stay(std::move(s));
            return act(std::move(s));
          },
          [](OneOf<Calling, Ringing, Incoming, Answering, Elsewhere, Ended> auto&& s) -> Step {
            return stay(std::move(s));
          },
      },
      std::move(state));
}

/// Lets the negotiator take an event; the call itself goes on unchanged.
template <class Event, class Act>
Step negotiate(CallState state, const Event& event, const CallContext& context, Act act) {
  return on_connection(std::move(state), event, [&](auto s) {
    Connection& connection = *find(s.connections, event.connection);
    negotiation::Output output{.now = context.now};
    act(connection.negotiator, output);
    Step step{.next = CallState(), .why = {}};
    add(step, std::move(output), connection, context);
    step.next = std::move(s);
    return step;
  });
}

bool media_flows(const Connection& connection, const CallContext& context) {
  const auto& before = connection.audio_packets_before;
  const bool arrives = before && connection.audio_packets > *before;
  return connection.transport_up && (arrives || context.silence_is_normal);
}

/// The other side's next device has media: let go of the one before.
void hand_over_if_ready(Connections& connections, const CallContext& context) {
  if (!connections.next || !connections.next->transport_up) return;
  // Silence proves nothing while the device before is there: it may be on hold, the next one not.
  const bool silent = context.silence_is_normal && !connections.current.transport_up;
  if (connections.next->audio_packets == 0 && !silent) return;
  connections.current = std::move(*connections.next);
  connections.next.reset();
}

Active become_active(Connections connections, Instant since, Step& step,
                     const CallContext& context) {
  connections.sample_at = context.now + kSampleWhileActive;
  step.messages.emplace_back(wire::MediaReport{context.call, true});
  return {std::move(connections), since, context.now + kReportInterval};
}

/// Connecting becomes active when media has really arrived, not when the transport says so.
Step check(Connecting connecting, const CallContext& context) {
  hand_over_if_ready(connecting.connections, context);
  if (!media_flows(connecting.connections.current, context)) return stay(std::move(connecting));
  Step step{.next = CallState(), .why = "media flows"};
  // A call that had media before, at another device or on an earlier page, goes on counting.
  const Instant since = context.connected_at.value_or(context.now);
  step.next = become_active(std::move(connecting.connections), since, step, context);
  return step;
}

Step check(Active active, const CallContext& context) {
  hand_over_if_ready(active.connections, context);
  return stay(std::move(active));
}

Step check(Reconnecting reconnecting, const CallContext& context) {
  hand_over_if_ready(reconnecting.connections, context);
  if (!media_flows(reconnecting.connections.current, context)) return stay(std::move(reconnecting));
  Step step{.next = CallState(), .why = "media is back"};
  step.next = become_active(std::move(reconnecting.connections), reconnecting.since, step, context);
  return step;
}

/// The transport of the current connection is down.
Step transport_down(Connecting connecting, ConnectionState state, const CallContext& context) {
  if (state != ConnectionState::failed) return stay(std::move(connecting));
  Connections& connections = connecting.connections;
  if (!connections.next) return give_up(Error::no_media_path, {}, context);
  connections.current = std::move(*connections.next);
  connections.next.reset();
  return stay(std::move(connecting));
}

Step transport_down(Active active, ConnectionState state, const CallContext& context) {
  // `disconnected` often heals by itself; `failed` never does.
  const bool failed = state == ConnectionState::failed;
  Reconnecting lost{.connections = std::move(active.connections),
                    .since = active.since,
                    .give_up_at = context.now + kMediaLossLimit,
                    .restart_at = failed ? context.now : context.now + kRestartInterval};
  // What has arrived until now says nothing about what will.
  lost.connections.current.audio_packets_before.reset();
  lost.connections.sample_at = context.now;
  Step step = failed ? restart_ice(std::move(lost), context)
                     : Step{.next = std::move(lost), .why = "media lost"};
  step.messages.emplace_back(wire::MediaReport{context.call, false});
  return step;
}

Step transport_down(Reconnecting reconnecting, ConnectionState state, const CallContext& context) {
  if (state != ConnectionState::failed) return stay(std::move(reconnecting));
  return restart_ice(std::move(reconnecting), context);
}

}  // namespace

Step on(CallState state, const LocalDescriptionSet& event, const CallContext& context) {
  return negotiate(std::move(state), event, context, [&](auto& negotiator, auto& output) {
    negotiator.local_description_set(event, context.now, output);
  });
}

Step on(CallState state, const RemoteDescriptionSet& event, const CallContext& context) {
  return negotiate(std::move(state), event, context, [&](auto& negotiator, auto& output) {
    negotiator.remote_description_set(event, output);
  });
}

Step on(CallState state, const CandidateGathered& event, const CallContext& context) {
  return negotiate(std::move(state), event, context, [&](auto& negotiator, auto&) {
    negotiator.candidate_gathered(event, context.now);
  });
}

Step on(CallState state, const GatheringCompleted& event, const CallContext& context) {
  return negotiate(std::move(state), event, context,
                   [&](auto& negotiator, auto&) { negotiator.gathering_completed(context.now); });
}

Step on(CallState state, const OperationFailed& event, const CallContext& context) {
  return on_connection(std::move(state), event, [&](auto s) -> Step {
    Connection& connection = *find(s.connections, event.connection);
    if (!connection.negotiator.is_current(event.operation)) return stay(std::move(s));
    negotiation::Output output{.now = context.now};
    connection.negotiator.operation_failed(event.operation, output);
    Step step{.next = CallState(), .why = {}};
    add(step, std::move(output), connection, context);
    step.next = std::move(s);
    if (auto end = end_if_exhausted(step.next, context)) step = std::move(*end);
    step.effects.emplace_back(
        Log{LogLevel::error, context.call,
            "an operation failed: " + event.name.value + ": " + event.message.value});
    return step;
  });
}

Step on(CallState state, const ConnectionStateChanged& event, const CallContext& context) {
  return on_connection(std::move(state), event, [&](auto s) -> Step {
    Connections& connections = s.connections;
    Connection& connection = *find(connections, event.connection);
    if (event.state == connection.state) return stay(std::move(s));  // the counters said so first
    connection.state = event.state;
    connection.transport_up = event.state == ConnectionState::connected;
    if (connection.transport_up) return check(std::move(s), context);
    if (connections.current.id() == event.connection) {
      return transport_down(std::move(s), event.state, context);
    }
    if (event.state == ConnectionState::failed) connections.next.reset();
    return stay(std::move(s));
  });
}

Step on(CallState state, const StatsSampled& event, const CallContext& context) {
  Step before = stay(std::move(state));
  if (event.state) {
    before =
        on(std::move(before.next), ConnectionStateChanged{event.connection, *event.state}, context);
  }
  Step step = on_connection(std::move(before.next), event, [&](auto s) {
    Connection& connection = *find(s.connections, event.connection);
    connection.audio_packets = event.audio_packets_received;
    auto& past = connection.audio_packets_before;
    if (!past || *past > connection.audio_packets) past = connection.audio_packets;
    return check(std::move(s), context);
  });
  if (step.why.empty()) step.why = before.why;
  step.effects.insert(step.effects.begin(), std::make_move_iterator(before.effects.begin()),
                      std::make_move_iterator(before.effects.end()));
  step.messages.insert(step.messages.begin(), before.messages.begin(), before.messages.end());
  return step;
}

}  // namespace parley::phone
