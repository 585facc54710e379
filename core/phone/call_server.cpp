// What the server says about a call. The server's word is final; a word about a state that has
// passed is ignored.
#include "core/base/overloaded.hpp"
#include "core/phone/call.hpp"
#include "core/phone/timers.hpp"

#include <utility>

namespace parley::phone {

using negotiation::Negotiator;
using wire::Direction;
using wire::EndReason;

namespace {

/// Both sides agree that the call is on: set up the connection. The caller offers.
Step connect(const DeviceId& peer_device, const CallContext& context) {
  const bool caller = context.direction == Direction::outgoing;
  Negotiator negotiator(context.next_connection,
                        caller ? Negotiator::Role::impolite : Negotiator::Role::polite);
  negotiation::Output output;
  if (caller) negotiator.need_offer(false, output);
  Step step{.next = Connecting{.connection = {.negotiator = std::move(negotiator),
                                              .peer_device = peer_device,
                                              .sample_at = context.now + kSampleWhileConnecting},
                               .give_up_at = context.now + kConnectGuard},
            .why = "accepted",
            .effects = {CreateConnection{context.next_connection, context.call, caller,
                                         context.ice_servers}}};
  add(step, std::move(output), context, peer_device);
  return step;
}

std::optional<Duration> lasted(const CallState& state, Instant now) {
  return std::visit(
      Overloaded{
          [now](const OneOf<Active, Reconnecting> auto& live) {
            return std::optional(now - live.since);
          },
          [](const OneOf<Calling, Ringing, Incoming, Answering, Connecting, Ended> auto&) {
            return std::optional<Duration>();
          },
      },
      state);
}

Step progressed(Instant give_up_at, const wire::Progress& event) {
  if (event.ringing > 0) {
    return {.next = Ringing{give_up_at, event.delivered, event.ringing}, .why = "ringing"};
  }
  return {.next = Calling{give_up_at, true, event.delivered}, .why = "delivered"};
}

}  // namespace

Step on(CallState state, const wire::Progress& event, const CallContext& context) {
  return std::visit(
      Overloaded{
          [&](const Calling& calling) {
            return progressed(
                calling.known_to_server ? calling.give_up_at : context.now + kRingGuard, event);
          },
          [&](const Ringing& ringing) { return progressed(ringing.give_up_at, event); },
          [](OneOf<Incoming, Answering, Connecting, Active, Reconnecting, Ended> auto&& s) {
            return stay(std::move(s));
          },
      },
      std::move(state));
}

Step on(CallState state, const wire::Accepted& event, const CallContext& context) {
  return std::visit(
      Overloaded{
          [&](const OneOf<Calling, Ringing, Answering> auto&) {
            return connect(event.peer_device, context);
          },
          // Incoming: accepted without a press here can't be ours. The rest: told twice.
          [](OneOf<Incoming, Connecting, Active, Reconnecting, Ended> auto&& s) {
            return stay(std::move(s));
          },
      },
      std::move(state));
}

Step on(CallState state, const wire::Ended& event, const CallContext& context) {
  const std::optional<Duration> talk = lasted(state, context.now);
  return std::visit(Overloaded{
                        [&](const OneOf<Calling, Ringing, Incoming, Answering, Connecting, Active,
                                        Reconnecting> auto&) -> Step {
                          return {.next = Ended{event.reason, event.failure, talk, false},
                                  .why = "ended"};
                        },
                        [&](Ended&& ended) -> Step {
                          if (!ended.unconfirmed) return stay(std::move(ended));
                          // Both sides must show the same end: the server's.
                          return {.next = Ended{event.reason, event.failure, ended.lasted, false},
                                  .why = "end confirmed"};
                        },
                    },
                    std::move(state));
}

Step on(CallState state, const wire::Refusal& event, const CallContext& context) {
  const std::optional<Duration> talk = lasted(state, context.now);
  const auto end = [&]() -> Step {
    return {.next = Ended{EndReason::failed, event.code, talk, false}, .why = "refused"};
  };
  return std::visit(Overloaded{
                        // Whatever was asked for, without it there is no call.
                        [&](const OneOf<Calling, Answering> auto&) { return end(); },
                        [&](OneOf<Ringing, Incoming, Connecting, Active, Reconnecting> auto&& s) {
                          return event.code == Error::unknown_call ? end() : stay(std::move(s));
                        },
                        [](Ended&& ended) -> Step {
                          ended.unconfirmed = false;
                          return stay(std::move(ended));
                        },
                    },
                    std::move(state));
}

Step on(CallState state, const wire::RelayedSignal& event, const CallContext& context) {
  return std::visit(
      Overloaded{
          [&](OneOf<Connecting, Active, Reconnecting> auto&& s) {
            if (event.from != s.connection.peer_device) return stay(std::move(s));
            const auto message = wire::read_peer_message(event.data.text);
            if (!message) {
              Step step = stay(std::move(s));
              step.effects.emplace_back(Log{
                  LogLevel::warning, context.call,
                  "peer message not understood: " + std::string(code_of(message.error().error))});
              return step;
            }
            negotiation::Output output;
            s.connection.negotiator.receive(*message, output);
            Step step = stay(std::move(s));
            add(step, std::move(output), context, event.from);
            return step;
          },
          [](OneOf<Calling, Ringing, Incoming, Answering, Ended> auto&& s) {
            return stay(std::move(s));
          },
      },
      std::move(state));
}

Step on(CallState state, const Reconciled& event, const CallContext& context) {
  const std::optional<Duration> talk = lasted(state, context.now);
  const bool known = event.snapshot.has_value() && !event.elsewhere;
  const auto gone = [&]() -> Step {
    EndReason reason = talk ? EndReason::completed : EndReason::no_answer;
    if (event.elsewhere) reason = EndReason::answered_elsewhere;
    return {.next = Ended{reason, {}, talk, false}, .why = "not in the snapshot"};
  };
  const auto keep_if_known = [&](auto&& s) { return known ? stay(std::move(s)) : gone(); };
  return std::visit(
      Overloaded{
          [&](Calling&& calling) -> Step {
            if (!known && calling.known_to_server) return gone();
            Step step = stay(std::move(calling));
            // A resumed session still holds the invite; in a fresh one it must be said again.
            if (!known && !event.resumed) step.messages.emplace_back(event.invite);
            return step;
          },
          [&](Answering&& answering) -> Step {
            if (!known) return gone();
            Step step = stay(std::move(answering));
            if (!event.resumed) step.messages.emplace_back(wire::Accept{context.call});
            return step;
          },
          [&](OneOf<Ringing, Incoming, Connecting, Active, Reconnecting> auto&& s) -> Step {
            return keep_if_known(std::forward<decltype(s)>(s));
          },
          [&](Ended&& ended) -> Step {
            Step step = stay(std::move(ended));
            if (known && !event.resumed) {
              step.messages.emplace_back(wire::HangUp{context.call, {}});
            }
            return step;
          },
      },
      std::move(state));
}

}  // namespace parley::phone
