// What the server says about a call. The server's word is final; a word about a state that has
// passed is ignored.
#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"
#include "core/phone/call.hpp"
#include "core/phone/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::phone {

using negotiation::Negotiator;
using recovery::Recovery;
using wire::EndReason;

namespace {

template <class Message>
std::optional<Duration> expires_in(const Message& message) {
  if (!message.expires_in_ms) return std::nullopt;
  return Duration{*message.expires_in_ms};
}

/// How long media flowed, as the record has it.
std::optional<Duration> lasted(const wire::Ended& event) {
  if (!event.connected_at_ms) return std::nullopt;
  std::int64_t ms = 0;
  // A server may tell times that are no times; their difference then fits nowhere.
  if (__builtin_sub_overflow(event.ended_at_ms, *event.connected_at_ms, &ms)) return std::nullopt;
  return Duration{std::max<std::int64_t>(0, ms)};
}

/// A connection to the device that `event` names.
Connection new_connection(const wire::Accepted& event, Recovery recovery,
                          const CallContext& context) {
  return {.negotiator =
              Negotiator(context.next_connection,
                         event.offers ? Negotiator::Role::impolite : Negotiator::Role::polite),
          .peer_device = event.peer_device,
          .link = event.link,
          .recovery = recovery};
}

/// The side that offers first also offers restarts.
recovery::Part part_in(const wire::Accepted& event) {
  return event.offers ? recovery::Part::leads : recovery::Part::follows;
}

/// The recovery of a connection that has had no media.
Recovery awaiting_media(const wire::Accepted& event, const CallContext& context) {
  return Recovery::awaiting_media(part_in(event), connect_limit(event, context.now));
}

/// Both sides agree that the call is on: set up the connection.
Step connect(const wire::Accepted& event, const CallContext& context) {
  Step step{
      .next = Connecting{{.current = new_connection(event, awaiting_media(event, context), context),
                          .sample_at = context.now + kSampleWhileConnecting}},
      .why = "accepted",
      .change = ConnectionChange::opened};
  start(connections_of(step.next)->current, context, step);
  return step;
}

/// The other side goes on at another device, or again at the same one after a reload.
template <class Connected>
Step relink(Connected s, const wire::Accepted& event, const CallContext& context) {
  Connections& connections = s.connections;
  if (event.link <= connections.current.link ||
      (connections.next && event.link <= connections.next->link)) {
    return stay(std::move(s));  // told twice
  }
  constexpr std::string_view kWhy = "the other side joined again";
  connections.sample_at = context.now + kSampleWhileConnecting;
  if (event.peer_device != connections.current.peer_device) {
    connections.next = new_connection(event, awaiting_media(event, context), context);
    Step step{.next = std::move(s), .why = kWhy, .change = ConnectionChange::joiner_opened};
    start(*connections_of(step.next)->next, context, step);
    return step;
  }
  // That device's old connection is gone with its page.
  if constexpr (std::same_as<Connected, Connecting>) {
    return connect(event, context);
  } else {
    connections.next.reset();
    Recovery recovery = Recovery::of_lost_media(part_in(event), context.now);
    if constexpr (std::same_as<Connected, Reconnecting>) {
      recovery.take_place_of(connections.current.recovery);
    }
    connections.current = new_connection(event, recovery, context);
    Step step{.next = Reconnecting{std::move(connections), s.since},
              .why = kWhy,
              .change = ConnectionChange::opened};
    start(connections_of(step.next)->current, context, step);
    return step;
  }
}

template <class... Requests>
bool is_about(const wire::Refusal& refusal) {
  return !refusal.request || ((refusal.request->value == Requests::kType) || ...);
}

Step progressed(Instant give_up_at, const wire::Progress& event, WarmConnections warm) {
  if (event.ringing > 0) {
    return {.next = Ringing{give_up_at, event.delivered, event.ringing, std::move(warm)},
            .why = "ringing"};
  }
  return {.next = Calling{give_up_at, true, event.delivered, std::move(warm)}, .why = "delivered"};
}

/// Goes on with the connection that was set up while it rang, if both sides have one.
Step answered(WarmConnections warm, const wire::Accepted& event, const CallContext& context) {
  const auto same = std::ranges::find_if(warm, [&](const Connection& one) {
    return one.link == event.link && one.peer_device == event.peer_device &&
           one.negotiator.offers_first() == event.offers;
  });
  return same == warm.end() ? connect(event, context) : adopt(std::move(*same), event, context);
}

}  // namespace

Instant connect_limit(const wire::Accepted& event, Instant now) {
  return guard(expires_in(event), kConnectGuard, now);
}

void start(Connection& connection, const CallContext& context, Step& step) {
  const bool offers = connection.negotiator.offers_first();
  step.effects.emplace_back(CreateConnection{connection.id(), context.call, offers,
                                             context.ice_servers, connection.relays_only});
  negotiation::Output output{.now = context.now};
  if (offers) connection.negotiator.need_offer(false, output);
  add(step, std::move(output), connection, context);
}

Step on(CallState state, const wire::Progress& event, const CallContext& context) {
  return std::visit(Overloaded{
                        [&](Calling&& calling) {
                          const bool told = event.expires_in_ms || !calling.known_to_server;
                          return progressed(told ? guard(expires_in(event), kRingGuard, context.now)
                                                 : calling.give_up_at,
                                            event, std::move(calling.warm));
                        },
                        [&](Ringing&& ringing) {
                          const bool told = event.expires_in_ms.has_value();
                          return progressed(told ? guard(expires_in(event), kRingGuard, context.now)
                                                 : ringing.give_up_at,
                                            event, std::move(ringing.warm));
                        },
                        [](OneOf<Incoming, Answering, Connecting, Active, Reconnecting, Elsewhere,
                                 Ended> auto&& s) { return stay(std::move(s)); },
                    },
                    std::move(state));
}

Step on(CallState state, const wire::Accepted& event, const CallContext& context) {
  return std::visit(
      Overloaded{
          [&](OneOf<Calling, Ringing, Answering> auto&& s) {
            return answered(std::move(s.warm), event, context);
          },
          [&](Connecting&& connecting) { return relink(std::move(connecting), event, context); },
          [&](OneOf<Active, Reconnecting> auto&& s) {
            return relink(std::move(s), event, context);
          },
          // A join that came too late: another device has the call, and is to keep it.
          [&](Elsewhere&& elsewhere) {
            Step step = stay(std::move(elsewhere));
            step.messages.emplace_back(wire::HangUp{context.call, {}});
            return step;
          },
          // Accepted without a press here can't be ours.
          [](OneOf<Incoming, Ended> auto&& s) { return stay(std::move(s)); },
      },
      std::move(state));
}

Step on(CallState state, const wire::Ended& event, const CallContext& context) {
  // One number for the page and the record: the server's.
  const std::optional<Duration> told = lasted(event);
  const std::optional<Duration> talk = told ? told : lasted(state, context.now);
  return std::visit(
      Overloaded{
          [&](const OneOf<Calling, Ringing, Incoming, Answering, Connecting, Active, Reconnecting,
                          Elsewhere> auto&) -> Step {
            return {.next = Ended{event.reason, event.failure, talk, false}, .why = "ended"};
          },
          [&](Ended&& ended) -> Step {
            // Both sides must show the same end: the server's.
            const bool known = !ended.unconfirmed && ended.reason == event.reason &&
                               ended.failure == event.failure && (!told || told == ended.lasted);
            if (known || mutant(Mutant::end_not_taken_over)) {
              return stay(std::move(ended));
            }
            return {.next = Ended{event.reason, event.failure, told ? told : ended.lasted, false},
                    .why = "end confirmed"};
          },
      },
      std::move(state));
}

Step on(CallState state, const wire::Elsewhere&, const CallContext&) {
  return std::visit(
      Overloaded{
          [](const OneOf<Incoming, Connecting, Active, Reconnecting> auto&) -> Step {
            return {.next = Elsewhere{}, .why = "on at another device"};
          },
          [](Ended&& ended) -> Step {
            if (ended.reason != EndReason::answered_elsewhere) return stay(std::move(ended));
            return {.next = Elsewhere{}, .why = "on at another device"};
          },
          // Answering: the server will say who was first.
          [](OneOf<Calling, Ringing, Answering, Elsewhere> auto&& s) { return stay(std::move(s)); },
      },
      std::move(state));
}

Step on(CallState state, const wire::Refusal& event, const CallContext& context) {
  const std::optional<Duration> talk = lasted(state, context.now);
  const auto end = [&]() -> Step {
    return {.next = Ended{EndReason::failed, event.code, talk, false}, .why = "refused"};
  };
  return std::visit(
      Overloaded{
          // Without what it asked for there is no call; a refusal of something else is no news.
          [&](Calling&& s) { return is_about<wire::Invite>(event) ? end() : stay(std::move(s)); },
          [&](Answering&& s) -> Step {
            if (!is_about<wire::Accept, wire::Join>(event)) return stay(std::move(s));
            // The call goes on where it is; joining it may succeed later.
            if (s.joining && event.code != Error::unknown_call) {
              return {.next = Elsewhere{}, .why = "join refused"};
            }
            // Another device of this person is on the phone; this call is not over for that.
            if (event.code == Error::too_many_calls && s.rings_until) {
              return {.next = Incoming{*s.rings_until, std::move(s.warm)}, .why = "answer refused"};
            }
            return end();
          },
          [&](OneOf<Ringing, Incoming, Connecting, Active, Reconnecting> auto&& s) {
            // A signal to a device that was let go says nothing about the call.
            const bool signal = event.request && event.request->value == wire::Signal::kType;
            const bool over = event.code == Error::unknown_call && !signal;
            return over ? end() : stay(std::move(s));
          },
          // Something that this device said while another one took the call over.
          [](Elsewhere&& elsewhere) { return stay(std::move(elsewhere)); },
          // Only what it says about a hang-up tells that the server knows of the end.
          [&](Ended&& ended) -> Step {
            if (is_about<wire::HangUp, wire::Decline>(event)) ended.unconfirmed = false;
            return stay(std::move(ended));
          },
      },
      std::move(state));
}

Step on(CallState state, const wire::RelayedSignal& event, const CallContext& context) {
  Step step = stay(std::move(state));
  Connections* connections = connections_of(step.next);
  Connection* connection = nullptr;
  if (connections != nullptr) {
    if (event.link == connections->current.link) connection = &connections->current;
    if (connections->next && event.link == connections->next->link) {
      connection = &*connections->next;
    }
  } else if (WarmConnections* warm = warm_of(step.next)) {
    const auto found = std::ranges::find(*warm, event.link, &Connection::link);
    if (found != warm->end()) connection = &*found;
  }
  if (connection == nullptr || connection->peer_device != event.from) return step;
  const auto message = wire::read_peer_message(event.data.text);
  if (!message) {
    step.effects.emplace_back(
        Log{LogLevel::warning, context.call,
            "peer message not understood: " + std::string(code_of(message.error().error))});
    return step;
  }
  if (std::holds_alternative<wire::RestartWanted>(*message)) {
    if (connections != nullptr && connection == &connections->current) {
      recover(step, connection->recovery.on(recovery::Fact::peer_asks, context.now), context);
    }
    return step;
  }
  negotiation::Output output{.now = context.now};
  connection->negotiator.receive(*message, output);
  add(step, std::move(output), *connection, context);
  return step;
}

}  // namespace parley::phone
