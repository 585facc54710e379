#include "core/phone/call.hpp"

#include "core/base/overloaded.hpp"
#include "core/phone/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::phone {

Step stay(CallState state) { return {.next = std::move(state), .why = {}}; }

Step give_up(Error failure, std::optional<Duration> lasted, const CallContext& context) {
  return {.next = Ended{wire::EndReason::failed, failure, lasted, true},
          .why = "gave up",
          .messages = {wire::HangUp{context.call, failure}}};
}

void add(Step& step, negotiation::Output output, const Connection& connection,
         const CallContext& context) {
  for (Effect& effect : output.effects) step.effects.push_back(std::move(effect));
  for (const wire::PeerMessage& message : output.messages) {
    step.messages.emplace_back(wire::Signal{
        context.call, connection.peer_device, connection.link, {json::to_json(message)}});
  }
}

namespace {

/// Offers new ICE credentials. `relays_only`: no candidates but those of relays are gathered.
void restart_ice(Step& step, bool relays_only, const CallContext& context) {
  step.why = relays_only ? "restarting ICE, on relays only" : "restarting ICE";
  Connection& connection = connections_of(step.next)->current;
  negotiation::Output output{.now = context.now};
  if (connection.relays_only != relays_only) {
    connection.relays_only = relays_only;
    output.effects.emplace_back(SetIceServers{connection.id(), context.ice_servers, relays_only});
  }
  connection.negotiator.need_offer(true, output);
  add(step, std::move(output), connection, context);
}

void ask_for_restart(Step& step, const CallContext& context) {
  step.why = "asking for a restart of ICE";
  negotiation::Output output{
      .now = context.now, .effects = {}, .messages = {wire::RestartWanted{}}};
  add(step, std::move(output), connections_of(step.next)->current, context);
}

}  // namespace

void recover(Step& step, recovery::Action action, const CallContext& context) {
  switch (action) {
    case recovery::Action::wait:
      return;
    case recovery::Action::ask:
      return ask_for_restart(step, context);
    case recovery::Action::restart:
      return restart_ice(step, false, context);
    case recovery::Action::restart_on_relays:
      return restart_ice(step, wire::has_relay(context.ice_servers), context);
    case recovery::Action::give_up: {
      const std::optional<Duration> talk = lasted(step.next, context.now);
      step = give_up(talk ? Error::media_lost : Error::no_media_path, talk, context);
    }
  }
}

Instant guard(std::optional<Duration> expires_in, Duration otherwise, Instant now) {
  if (!expires_in) return now + otherwise;
  return now + std::clamp(*expires_in, Duration::zero(), kLongestLimit) + kGuardMargin;
}

void hand_over(Connections& connections, Step& step) {
  connections.next->recovery.take_place_of(connections.current.recovery);
  connections.current = std::move(*connections.next);
  connections.next.reset();
  step.change = ConnectionChange::handed_over;
}

void let_joiner_go(Connections& connections, Step& step) {
  connections.next.reset();
  step.change = ConnectionChange::joiner_gone;
}

void end_if_exhausted(Step& step, const CallContext& context) {
  if (WarmConnections* warm = warm_of(step.next)) {
    // It is connected to anew after the answer. The caller's device keeps its own: only the device
    // that rings knows whether both have one.
    std::erase_if(*warm, [](Connection& one) {
      return !one.negotiator.offers_first() && one.negotiator.take_exhausted();
    });
    return;
  }
  Connections* connections = connections_of(step.next);
  if (connections == nullptr) return;
  if (connections->next && connections->next->negotiator.take_exhausted()) {
    let_joiner_go(*connections, step);  // the call goes on where it is
  }
  if (!connections->current.negotiator.take_exhausted()) return;
  // A call that is on lives as long as its media, or as it takes to bring that back.
  if (!std::holds_alternative<Connecting>(step.next)) return;
  if (connections->next) {
    hand_over(*connections, step);
  } else {
    step = give_up(Error::negotiation_failed, {}, context);
  }
}

const Connections* connections_of(const CallState& state) {
  return std::visit(
      Overloaded{
          [](const OneOf<Connecting, Active, Reconnecting> auto& connected) {
            return &connected.connections;
          },
          [](const OneOf<Calling, Ringing, Incoming, Answering, Elsewhere, Ended> auto&) {
            return static_cast<const Connections*>(nullptr);
          },
      },
      state);
}

Connections* connections_of(CallState& state) {
  return const_cast<Connections*>(connections_of(std::as_const(state)));
}

const WarmConnections* warm_of(const CallState& state) {
  return std::visit(
      Overloaded{
          [](const OneOf<Calling, Ringing, Incoming, Answering> auto& s) { return &s.warm; },
          [](const OneOf<Connecting, Active, Reconnecting, Elsewhere, Ended> auto&) {
            return static_cast<const WarmConnections*>(nullptr);
          },
      },
      state);
}

WarmConnections* warm_of(CallState& state) {
  return const_cast<WarmConnections*>(warm_of(std::as_const(state)));
}

std::vector<PeerConnectionId> connection_ids(const CallState& state) {
  if (const WarmConnections* warm = warm_of(state)) {
    std::vector<PeerConnectionId> ids;
    for (const Connection& connection : *warm) ids.push_back(connection.id());
    return ids;
  }
  const Connections* connections = connections_of(state);
  if (connections == nullptr) return {};
  if (!connections->next) return {connections->current.id()};
  return {connections->current.id(), connections->next->id()};
}

void sample_by(CallState& state, Instant at) {
  Connections* connections = connections_of(state);
  if (connections != nullptr) connections->sample_at = std::min(connections->sample_at, at);
}

std::optional<Duration> lasted(const CallState& state, Instant now) {
  return std::visit(Overloaded{
                        [now](const OneOf<Active, Reconnecting> auto& live) {
                          return std::optional(now - live.since);
                        },
                        [](const OneOf<Calling, Ringing, Incoming, Answering, Connecting, Elsewhere,
                                       Ended> auto&) { return std::optional<Duration>(); },
                    },
                    state);
}

bool uses_media(const CallState& state) {
  return std::visit(
      Overloaded{
          [](const OneOf<Calling, Ringing, Answering, Connecting, Active, Reconnecting> auto&) {
            return true;
          },
          [](const OneOf<Incoming, Elsewhere, Ended> auto&) { return false; },
      },
      state);
}

}  // namespace parley::phone
