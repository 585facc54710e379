#include "core/phone/call.hpp"

#include "core/base/overloaded.hpp"
#include "core/phone/timers.hpp"

#include <utility>

namespace parley::phone {

Step stay(CallState state) { return {.next = std::move(state), .why = {}}; }

Step give_up(Error failure, std::optional<Duration> lasted, const CallContext& context) {
  return {.next = Ended{wire::EndReason::failed, failure, lasted, true},
          .why = "gave up",
          .messages = {wire::HangUp{context.call, failure}}};
}

Step restart_ice(Reconnecting reconnecting, const CallContext& context) {
  // One side owns restarts, so that two never cross: the caller.
  negotiation::Output output;
  if (context.direction == wire::Direction::outgoing && context.online) {
    reconnecting.connection.negotiator.need_offer(true, output);
  }
  reconnecting.restart_at = context.now + kRestartInterval;
  const DeviceId peer = reconnecting.connection.peer_device;
  Step step{.next = std::move(reconnecting), .why = "restarting ICE"};
  add(step, std::move(output), context, peer);
  return step;
}

void add(Step& step, negotiation::Output output, const CallContext& context, DeviceId to) {
  for (Effect& effect : output.effects) step.effects.push_back(std::move(effect));
  for (const wire::PeerMessage& message : output.messages) {
    step.messages.emplace_back(wire::Signal{context.call, to, {json::to_json(message)}});
  }
}

const Connection* connection_of(const CallState& state) {
  return std::visit(Overloaded{
                        [](const OneOf<Connecting, Active, Reconnecting> auto& connected) {
                          return &connected.connection;
                        },
                        [](const OneOf<Calling, Ringing, Incoming, Answering, Ended> auto&) {
                          return static_cast<const Connection*>(nullptr);
                        },
                    },
                    state);
}

bool uses_media(const CallState& state) {
  return std::visit(
      Overloaded{
          [](const OneOf<Calling, Ringing, Answering, Connecting, Active, Reconnecting> auto&) {
            return true;
          },
          [](const OneOf<Incoming, Ended> auto&) { return false; },
      },
      state);
}

}  // namespace parley::phone
