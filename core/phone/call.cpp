#include "core/phone/call.hpp"

#include "core/base/overloaded.hpp"
#include "core/phone/timers.hpp"

#include <algorithm>
#include <concepts>
#include <type_traits>
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

Step restart_ice(Reconnecting reconnecting, const CallContext& context) {
  // One side owns restarts, so that two never cross: the one that made the first offer.
  negotiation::Output output{.now = context.now};
  Connection& connection = reconnecting.connections.current;
  if (connection.negotiator.offers_first() && context.online) {
    connection.negotiator.need_offer(true, output);
  }
  reconnecting.restart_at = context.now + kRestartInterval;
  Step step{.next = CallState(), .why = "restarting ICE"};
  add(step, std::move(output), connection, context);
  step.next = std::move(reconnecting);
  return step;
}

Instant guard(std::optional<Duration> expires_in, Duration otherwise, Instant now) {
  if (!expires_in) return now + otherwise;
  return now + std::clamp(*expires_in, Duration::zero(), kLongestLimit) + kGuardMargin;
}

std::optional<Step> end_if_exhausted(CallState& state, const CallContext& context) {
  return std::visit(
      Overloaded{
          [&](OneOf<Connecting, Active, Reconnecting> auto& s) -> std::optional<Step> {
            Connections& connections = s.connections;
            if (connections.next && connections.next->negotiator.take_exhausted()) {
              connections.next.reset();  // the call goes on where it is
            }
            if (!connections.current.negotiator.take_exhausted()) return std::nullopt;
            // A call that is on lives as long as its media, or as it takes to bring that back.
            if constexpr (!std::same_as<std::remove_cvref_t<decltype(s)>, Connecting>) {
              return std::nullopt;
            }
            if (!connections.next) return give_up(Error::negotiation_failed, {}, context);
            connections.current = std::move(*connections.next);
            connections.next.reset();
            return std::nullopt;
          },
          [](const OneOf<Calling, Ringing, Incoming, Answering, Elsewhere, Ended> auto&) {
            return std::optional<Step>();
          },
      },
      state);
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

std::vector<PeerConnectionId> connection_ids(const CallState& state) {
  const Connections* connections = connections_of(state);
  if (connections == nullptr) return {};
  if (!connections->next) return {connections->current.id()};
  return {connections->current.id(), connections->next->id()};
}

void sample_by(CallState& state, Instant at) {
  std::visit(Overloaded{
                 [at](OneOf<Connecting, Active, Reconnecting> auto& connected) {
                   Instant& due = connected.connections.sample_at;
                   due = std::min(due, at);
                 },
                 [](const OneOf<Calling, Ringing, Incoming, Answering, Elsewhere, Ended> auto&) {},
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
