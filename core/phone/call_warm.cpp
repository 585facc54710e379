// Connections that are set up while the call rings, so that media flows at once after an answer.
// Specified in docs/protocol.md#connected-while-it-rings.
#include "core/base/overloaded.hpp"
#include "core/phone/call.hpp"
#include "core/phone/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::phone {

using negotiation::Negotiator;
using recovery::Recovery;

namespace {

bool is_disturbed(ConnectionState state) {
  return state == ConnectionState::disconnected || state == ConnectionState::failed;
}

}  // namespace

Step on(CallState state, const wire::WarmUp& event, const CallContext& context) {
  Step step = stay(std::move(state));
  const bool rings = std::visit(
      Overloaded{
          [](const OneOf<Calling, Ringing, Incoming> auto&) { return true; },
          // Answered already, without this connection.
          [](const OneOf<Answering, Connecting, Active, Reconnecting, Elsewhere, Ended> auto&) {
            return false;
          },
      },
      step.next);
  if (!rings) return step;
  WarmConnections& warm = *warm_of(step.next);
  const bool known =
      std::ranges::any_of(warm, [&](const Connection& one) { return one.link >= event.link; });
  if (known) return step;  // told twice
  // That device has started anew.
  std::erase_if(warm, [&](const Connection& one) { return one.peer_device == event.peer_device; });
  if (warm.size() == kMaxWarmConnections) return step;
  const auto part = event.offers ? recovery::Part::leads : recovery::Part::follows;
  warm.push_back(
      {.negotiator = Negotiator(context.next_connection, event.offers ? Negotiator::Role::impolite
                                                                      : Negotiator::Role::polite),
       .peer_device = event.peer_device,
       .link = event.link,
       .recovery = Recovery::awaiting_media(part, context.now),
       .relays_only = event.relays_only});
  step.change = ConnectionChange::warmed;
  start(warm.back(), context, step);
  return step;
}

Step on(CallState state, const InviteMerged&, const CallContext&) {
  Step step = stay(std::move(state));
  if (WarmConnections* warm = warm_of(step.next)) warm->clear();
  return step;
}

std::optional<std::uint32_t> use_warm(WarmConnections& warm) {
  // One that fails, or whose relays are slow, is not waited for: a new one may use every path.
  std::erase_if(warm, [](const Connection& one) {
    return one.state == ConnectionState::failed || (one.relays_only && !one.transport_up);
  });
  return warm.empty() ? std::nullopt : std::optional(warm.front().link);
}

Step adopt(Connection connection, const wire::Accepted& event, const CallContext& context) {
  const bool leads = connection.negotiator.offers_first();
  const bool relayed = std::exchange(connection.relays_only, false);
  const bool exhausted = connection.negotiator.take_exhausted();
  const bool doubtful =
      std::exchange(connection.in_doubt, false) || exhausted || is_disturbed(connection.state);
  const auto part = leads ? recovery::Part::leads : recovery::Part::follows;
  const Instant limit = connect_limit(event, context.now);
  connection.recovery = connection.transport_up
                            ? Recovery::of_warm_connection(part, limit, context.now)
                            : Recovery::awaiting_media(part, limit);
  Step step{.next = Connecting{{.current = std::move(connection), .sample_at = context.now}},
            .why = "accepted, connected while it rang",
            .change = ConnectionChange::adopted};
  Connection& current = connections_of(step.next)->current;
  negotiation::Output output{.now = context.now};
  // Everybody may see addresses now, and a direct path is better. Media flows through the relay
  // meanwhile: a restart leaves the path in use as it is (RFC 8445, 2.4).
  if (relayed) output.effects.emplace_back(SetIceServers{current.id(), context.ice_servers, false});
  if (leads && (relayed || doubtful)) current.negotiator.need_offer(true, output);
  if (!leads && doubtful) output.messages.emplace_back(wire::RestartWanted{});
  add(step, std::move(output), current, context);
  return step;
}

}  // namespace parley::phone
