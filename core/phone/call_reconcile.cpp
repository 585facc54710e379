// A welcome brought the server's truth about the user's calls; this device's belief is measured
// against it. After a resumed session nothing was lost; after a fresh one everything that still
// matters is said again.
#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"
#include "core/phone/call.hpp"
#include "core/phone/timers.hpp"

#include <utility>

namespace parley::phone {

using wire::CallPhase;
using wire::EndReason;

namespace {

/// What the snapshot means for this device.
enum class Standing : std::uint8_t {
  gone,       // the call is over
  ringing,    // nobody has answered yet
  here,       // this device is in the call
  elsewhere,  // another device of this user is
};

Standing standing_of(const Reconciled& event, const CallContext& context) {
  if (!event.snapshot) return Standing::gone;
  if (event.snapshot->phase == CallPhase::ringing) return Standing::ringing;
  if (event.snapshot->device == context.device) return Standing::here;
  return Standing::elsewhere;
}

Step go_elsewhere() { return {.next = Elsewhere{}, .why = "on at another device"}; }

/// How the call ended was told to a session that is lost. Hanging up again is answered with it.
Step gone(EndReason guess, std::optional<Duration> lasted, const CallContext& context) {
  return {.next = Ended{guess, {}, lasted, true},
          .why = "not in the snapshot",
          .messages = {wire::HangUp{context.call, {}}}};
}

/// The server has this device in the call, and this device missed how it came to that. What was
/// said on the first link is lost: the devices are paired once more.
Step catch_up(const CallContext& context) {
  return {.next = Answering{.give_up_at = context.now + kAnswerLimit, .joining = true},
          .why = "joining",
          .messages = {wire::Join{context.call}}};
}

Step say(CallState state, wire::ClientMessage message) {
  Step step = stay(std::move(state));
  step.messages.push_back(std::move(message));
  return step;
}

template <class Connected>
Step reconnect(Connected s, Standing standing, const Reconciled& event,
               const CallContext& context) {
  if (standing == Standing::elsewhere) return go_elsewhere();
  if (standing != Standing::here) {
    std::optional<Duration> lasted;
    if constexpr (requires { s.since; }) lasted = context.now - s.since;
    return gone(EndReason::completed, lasted, context);
  }
  const Connections& before = s.connections;
  const std::uint32_t newest = before.next ? before.next->link : before.current.link;
  // The devices were paired anew while this one was away: pair them once more.
  if (event.snapshot->link != newest) return say(std::move(s), wire::Join{context.call});
  if constexpr (std::same_as<Connected, Active>) s.report_at = context.now;
  if constexpr (requires { s.since; }) s.since = context.connected_at.value_or(s.since);
  if constexpr (std::same_as<Connected, Connecting>) {
    if (event.expires_in)
      s.connections.current.recovery.set_limit(guard(event.expires_in, kConnectGuard, context.now));
  }
  Step step = stay(std::move(s));
  const auto recover = [&](Connection& connection) {
    negotiation::Output output{.now = context.now};
    connection.negotiator.recover(output);
    add(step, std::move(output), connection, context);
  };
  Connections& connections = *connections_of(step.next);
  recover(connections.current);
  if (connections.next) recover(*connections.next);
  return step;
}

Step invited(CallState state, bool known_to_server, Standing standing, const Reconciled& event,
             const CallContext& context) {
  if (standing == Standing::here) return catch_up(context);
  if (standing == Standing::elsewhere) return go_elsewhere();
  if (standing == Standing::gone && known_to_server) return gone(EndReason::no_answer, {}, context);
  if (mutant(Mutant::lost_invite_not_repeated)) return stay(std::move(state));
  // Answered with how far it is, and heard for the first time if it was lost.
  return say(std::move(state), event.invite);
}

Step answered(Answering answering, Standing standing, const CallContext& context) {
  switch (standing) {
    case Standing::gone:
      return gone(EndReason::no_answer, {}, context);
    case Standing::ringing:
      return say(std::move(answering), wire::Accept{context.call});
    case Standing::here:
      return catch_up(context);
    case Standing::elsewhere:
      if (!answering.joining) return go_elsewhere();
      return say(std::move(answering), wire::Join{context.call});
  }
  return stay(std::move(answering));
}

}  // namespace

Step on(CallState state, const Reconciled& event, const CallContext& context) {
  // Nothing was lost: what has happened meanwhile follows in the session, in its order.
  if (event.resumed) return stay(std::move(state));
  const Standing standing = standing_of(event, context);
  // The server goes on only with connections of the sessions that it told of them.
  if (WarmConnections* warm = warm_of(state)) warm->clear();
  return std::visit(
      Overloaded{
          [&](Calling&& calling) {
            const bool known = calling.known_to_server;
            return invited(std::move(calling), known, standing, event, context);
          },
          [&](Ringing&& ringing) {
            return invited(std::move(ringing), true, standing, event, context);
          },
          [&](Incoming&& incoming) {
            if (standing == Standing::gone) return gone(EndReason::no_answer, {}, context);
            if (standing != Standing::ringing) return go_elsewhere();
            return say(std::move(incoming), wire::Ringing{context.call, true});
          },
          [&](Answering&& answering) { return answered(std::move(answering), standing, context); },
          [&](OneOf<Connecting, Active, Reconnecting> auto&& s) {
            return reconnect(std::move(s), standing, event, context);
          },
          [&](Elsewhere&& elsewhere) {
            if (standing != Standing::gone) return stay(std::move(elsewhere));
            return gone(EndReason::answered_elsewhere, {}, context);
          },
          [&](Ended&& ended) {
            // That it goes on elsewhere was told to a session that is lost. Who has ended it here
            // without a word of the server about it asks that first.
            const bool told = !ended.unconfirmed || ended.reason == EndReason::answered_elsewhere;
            if (told && standing == Standing::elsewhere) return go_elsewhere();
            // One that rang out here a moment too early must not be declined.
            const bool rings =
                ended.reason == EndReason::no_answer && standing == Standing::ringing;
            if (!ended.unconfirmed || rings) return stay(std::move(ended));
            // Answered with how the call really ended, whoever ended it first.
            const wire::HangUp again{context.call, ended.failure};
            return say(std::move(ended), again);
          },
      },
      std::move(state));
}

}  // namespace parley::phone
