// A welcome brought the server's truth about the user's calls; this device's belief is measured
// against it. After a resumed session nothing was lost and only ends are possible; after a fresh
// one everything that still matters is said again.
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

Step gone(EndReason reason, std::optional<Duration> lasted) {
  return {.next = Ended{reason, {}, lasted, false}, .why = "not in the snapshot"};
}

/// The server has this device in the call, and this device missed how it came to that.
Step catch_up(const wire::CallSnapshot& snapshot, const CallContext& context) {
  if (snapshot.link == 1 && snapshot.peer_device) {
    return on(Answering{context.now + kAnswerLimit},
              wire::Accepted{.call = snapshot.call,
                             .peer = snapshot.peer,
                             .peer_device = *snapshot.peer_device,
                             .link = snapshot.link,
                             .offers = snapshot.direction == wire::Direction::outgoing},
              context);
  }
  return {.next = Answering{context.now + kAnswerLimit, true},
          .why = "joining",
          .messages = {wire::Join{context.call}}};
}

template <class Connected>
Step reconnect(Connected s, Standing standing, const Reconciled& event,
               const CallContext& context) {
  if (standing == Standing::elsewhere) return go_elsewhere();
  if (standing != Standing::here) {
    std::optional<Duration> lasted;
    if constexpr (requires { s.since; }) lasted = context.now - s.since;
    return gone(EndReason::completed, lasted);
  }
  if (event.resumed) return stay(std::move(s));
  Connections& connections = s.connections;
  const std::uint32_t newest = connections.next ? connections.next->link : connections.current.link;
  if (event.snapshot->link != newest) {
    // The devices were paired anew while this one was away: pair them once more.
    Step step = stay(std::move(s));
    step.messages.emplace_back(wire::Join{context.call});
    return step;
  }
  Step step{.next = CallState(), .why = {}};
  const auto recover = [&](Connection& connection) {
    negotiation::Output output;
    connection.negotiator.recover(output);
    add(step, std::move(output), connection, context);
  };
  recover(connections.current);
  if (connections.next) recover(*connections.next);
  if constexpr (std::same_as<Connected, Active>) s.report_at = context.now;
  step.next = std::move(s);
  return step;
}

}  // namespace

Step on(CallState state, const Reconciled& event, const CallContext& context) {
  const Standing standing = standing_of(event, context);
  return std::visit(Overloaded{
                        [&](OneOf<Calling, Ringing> auto&& s) -> Step {
                          if (standing == Standing::here) return catch_up(*event.snapshot, context);
                          if (standing == Standing::elsewhere) return go_elsewhere();
                          if (standing == Standing::ringing) return stay(std::move(s));
                          if constexpr (std::same_as<std::remove_cvref_t<decltype(s)>, Calling>) {
                            if (!s.known_to_server) {
                              Step step = stay(std::move(s));
                              // A resumed session still holds the invite; in a fresh one it is said
                              // again.
                              if (!event.resumed) step.messages.emplace_back(event.invite);
                              return step;
                            }
                          }
                          return gone(EndReason::no_answer, {});
                        },
                        [&](Incoming&& incoming) -> Step {
                          if (standing == Standing::gone) return gone(EndReason::no_answer, {});
                          if (standing != Standing::ringing) return go_elsewhere();
                          Step step = stay(std::move(incoming));
                          if (!event.resumed)
                            step.messages.emplace_back(wire::Ringing{context.call});
                          return step;
                        },
                        [&](Answering&& answering) -> Step {
                          if (event.resumed) return stay(std::move(answering));
                          if (standing == Standing::gone) return gone(EndReason::no_answer, {});
                          if (standing == Standing::here && !answering.joining) {
                            return catch_up(*event.snapshot, context);
                          }
                          if (standing == Standing::elsewhere && !answering.joining)
                            return go_elsewhere();
                          Step step = stay(std::move(answering));
                          if (standing == Standing::ringing) {
                            step.messages.emplace_back(wire::Accept{context.call});
                          } else {
                            step.messages.emplace_back(wire::Join{context.call});
                          }
                          return step;
                        },
                        [&](OneOf<Connecting, Active, Reconnecting> auto&& s) {
                          return reconnect(std::move(s), standing, event, context);
                        },
                        [&](Elsewhere&& elsewhere) -> Step {
                          if (standing == Standing::gone)
                            return gone(EndReason::answered_elsewhere, {});
                          return stay(std::move(elsewhere));
                        },
                        [&](Ended&& ended) -> Step {
                          const bool press_was_lost = ended.unconfirmed && !event.resumed;
                          Step step = stay(std::move(ended));
                          if (standing == Standing::gone) {
                            std::get<Ended>(step.next).unconfirmed = false;
                          } else if (press_was_lost && standing != Standing::elsewhere) {
                            step.messages.emplace_back(wire::HangUp{context.call, {}});
                          }
                          return step;
                        },
                    },
                    std::move(state));
}

}  // namespace parley::phone
