// What the peer connections report. All of it only means something while the call has one.
#include "core/base/overloaded.hpp"
#include "core/phone/call.hpp"
#include "core/phone/timers.hpp"
#include "core/recovery/timers.hpp"

#include <optional>
#include <utility>

namespace parley::phone {

using recovery::Fact;
using recovery::StallWatch;

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

/// `path_works`: a sign of life has come through the connection.
bool media_flows(const Connection& connection, bool path_works, const CallContext& context) {
  const auto& before = connection.audio_packets_before;
  const bool arrives = before && connection.audio_packets > *before;
  const bool stalled = connection.stalled && context.sound_expected;
  const bool nothing_to_come = context.silence_is_normal && !stalled;
  return connection.transport_up && (arrives || nothing_to_come || path_works);
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
void check(Step& step, const CallContext& context, bool path_works = false) {
  Connections& connections = *connections_of(step.next);
  if (can_hand_over(connections, context)) hand_over(connections, step);
  const std::optional<Instant> since = since_if_active(step.next, context);
  if (!since || !media_flows(connections.current, path_works, context)) return;
  if (std::holds_alternative<Reconnecting>(step.next)) {
    step.why = "media is back";
    step.effects.emplace_back(MakeKeyFrame{connections.current.id()});
  } else {
    step.why = "media flows";
  }
  (void)connections.current.recovery.on(Fact::media_flows, context.now);
  connections.current.stall_watch.alive(context.now);
  connections.current.stalled = false;
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
  step.messages.emplace_back(wire::MediaReport{context.call, false});
}

void ask_peer(Step& step, const CallContext& context) {
  Connections& connections = *connections_of(step.next);
  connections.current.asked_at = context.now;
  connections.sample_at = std::min(connections.sample_at, context.now + kSampleWhileConnecting);
  step.asks_peer = true;
}

std::uint64_t all_packets(const BySource<ReceivedCounters>& received) {
  std::uint64_t packets = 0;
  for (const SourceKind source : media::kSources) packets += received[source].packets.value_or(0);
  return packets;
}

/// Notices that media has stopped, before the browser does.
void watch_for_stall(Step& step, const StatsSampled& sample, const CallContext& context) {
  Connections& connections = *connections_of(step.next);
  Connection& connection = connections.current;
  if (connection.id() != sample.connection) return;
  const StallWatch::Finding finding =
      connection.stall_watch.sampled(all_packets(sample.received), context.now);
  auto* active = std::get_if<Active>(&step.next);
  if (active == nullptr) {
    const bool lost = std::holds_alternative<Reconnecting>(step.next);
    const bool due = context.now - connection.asked_at >= recovery::kAskForLifeEvery;
    if (lost && connection.transport_up && due) ask_peer(step, context);
    return;
  }
  // A device that takes over may be the one that is sent to.
  if (!context.sound_expected || connections.next) {
    connection.stall_watch.alive(context.now);
    return;
  }
  if (finding == StallWatch::Finding::ask) {
    ask_peer(step, context);
    step.asks_server = connection.stall_watch.asks_first();
  }
  if (finding != StallWatch::Finding::stalled) return;
  (void)connection.recovery.on(Fact::media_stalled, context.now);
  connection.stalled = true;
  lose_media(step, *active, context);
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
    step.asks_server = true;
    recover(step, action, context);
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
  watch_for_stall(step, event, context);
  return step;
}

Step on(CallState state, const NetworkChanged&, const CallContext& context) {
  Step step = stay(std::move(state));
  // Most changes are none to the call; whether this one is, shows soon.
  if (auto* active = std::get_if<Active>(&step.next)) {
    active->connections.current.stall_watch.asked(context.now);
    ask_peer(step, context);
    step.asks_server = true;
  }
  return step;
}

Step on(CallState state, const SignOfLife& event, const CallContext& context) {
  Step step = stay(std::move(state));
  Connection* connection = find(step.next, event.connection);
  if (connection == nullptr) return step;
  connection->stall_watch.alive(context.now);
  // That nothing is heard is not the path's fault. A connection that is new has to bring media.
  if (std::holds_alternative<Reconnecting>(step.next)) check(step, context, true);
  return step;
}

Step on(CallState state, const ReachChanged& event, const CallContext& context) {
  Step step = stay(std::move(state));
  Connections* connections = connections_of(step.next);
  if (connections == nullptr) return step;
  connections->current.recovery.set_in_reach(event.in_reach, context.now);
  if (connections->next) connections->next->recovery.set_in_reach(event.in_reach, context.now);
  return step;
}

}  // namespace parley::phone
