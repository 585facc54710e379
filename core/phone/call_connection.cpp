// What the peer connection reports. All of it only means something while the call has one.
#include "core/base/overloaded.hpp"
#include "core/phone/call.hpp"
#include "core/phone/timers.hpp"

#include <utility>

namespace parley::phone {

namespace {

/// Runs `act(state with a connection)`; states without one ignore what a connection says.
template <class Act>
Step while_connected(CallState state, Act act) {
  return std::visit(Overloaded{
                        [&](OneOf<Connecting, Active, Reconnecting> auto&& s) -> Step {
                          return act(std::move(s));
                        },
                        [](OneOf<Calling, Ringing, Incoming, Answering, Ended> auto&& s) -> Step {
                          return stay(std::move(s));
                        },
                    },
                    std::move(state));
}

/// Lets the negotiator take an event; the call itself goes on unchanged.
template <class Act>
Step negotiate(CallState state, const CallContext& context, Act act) {
  return while_connected(std::move(state), [&](auto s) {
    negotiation::Output output;
    act(s.connection.negotiator, output);
    const DeviceId peer = s.connection.peer_device;
    Step step = stay(std::move(s));
    add(step, std::move(output), context, peer);
    return step;
  });
}

bool media_flows(const Connection& connection, const CallContext& context) {
  return connection.transport_up && (connection.audio_packets > 0 || context.peer_is_silent);
}

/// Connecting becomes active when media has really arrived, not when the transport says so.
Step check_media(Connecting connecting, const CallContext& context) {
  if (!media_flows(connecting.connection, context)) return stay(std::move(connecting));
  connecting.connection.sample_at = context.now + kSampleWhileActive;
  return {.next = Active{std::move(connecting.connection), context.now},
          .why = "media flows",
          .messages = {wire::MediaReport{context.call, true}}};
}

Step transport_changed(Connecting connecting, ConnectionState state, const CallContext& context) {
  connecting.connection.transport_up = state == ConnectionState::connected;
  if (state == ConnectionState::failed) return give_up(Error::no_media_path, {}, context);
  return check_media(std::move(connecting), context);
}

Step transport_changed(Active active, ConnectionState state, const CallContext& context) {
  active.connection.transport_up = state == ConnectionState::connected;
  if (active.connection.transport_up) return stay(std::move(active));
  // `disconnected` often heals by itself; `failed` never does.
  const Instant restart_at =
      state == ConnectionState::failed ? context.now : context.now + kRestartInterval;
  Reconnecting lost{std::move(active.connection), active.since, context.now, restart_at};
  if (state == ConnectionState::failed) return restart_ice(std::move(lost), context);
  return {.next = std::move(lost), .why = "media lost"};
}

Step transport_changed(Reconnecting reconnecting, ConnectionState state,
                       const CallContext& context) {
  reconnecting.connection.transport_up = state == ConnectionState::connected;
  if (reconnecting.connection.transport_up) {
    return {.next = Active{std::move(reconnecting.connection), reconnecting.since},
            .why = "media is back"};
  }
  if (state == ConnectionState::failed) return restart_ice(std::move(reconnecting), context);
  return stay(std::move(reconnecting));
}

}  // namespace

Step on(CallState state, const LocalDescriptionSet& event, const CallContext& context) {
  return negotiate(std::move(state), context, [&](auto& negotiator, auto& output) {
    negotiator.local_description_set(event, context.now, output);
  });
}

Step on(CallState state, const RemoteDescriptionSet& event, const CallContext& context) {
  return negotiate(std::move(state), context, [&](auto& negotiator, auto& output) {
    negotiator.remote_description_set(event, output);
  });
}

Step on(CallState state, const CandidateGathered& event, const CallContext& context) {
  return negotiate(std::move(state), context, [&](auto& negotiator, auto&) {
    negotiator.candidate_gathered(event, context.now);
  });
}

Step on(CallState state, const GatheringCompleted&, const CallContext& context) {
  return negotiate(std::move(state), context,
                   [&](auto& negotiator, auto&) { negotiator.gathering_completed(context.now); });
}

Step on(CallState state, const OperationFailed& event, const CallContext& context) {
  return while_connected(std::move(state), [&](auto s) -> Step {
    if (!s.connection.negotiator.is_current(event.operation)) return stay(std::move(s));
    std::optional<Duration> lasted;
    if constexpr (requires { s.since; }) lasted = context.now - s.since;
    Step step = give_up(Error::negotiation_failed, lasted, context);
    step.effects.emplace_back(
        Log{LogLevel::error, context.call,
            "negotiation failed: " + event.name.value + ": " + event.message.value});
    return step;
  });
}

Step on(CallState state, const ConnectionStateChanged& event, const CallContext& context) {
  return while_connected(std::move(state), [&](auto s) {
    return transport_changed(std::move(s), event.state, context);
  });
}

Step on(CallState state, const StatsSampled& event, const CallContext& context) {
  return while_connected(std::move(state), [&](auto s) {
    s.connection.audio_packets = event.audio_packets_received;
    if constexpr (std::same_as<decltype(s), Connecting>) return check_media(std::move(s), context);
    return stay(std::move(s));
  });
}

}  // namespace parley::phone
