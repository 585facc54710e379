// What time does to a call: deadlines, batches that are due, counters to read, reports to make.
#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"
#include "core/phone/call.hpp"
#include "core/phone/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::phone {

using recovery::Action;

namespace {

/// The earliest deadline of the connections and of the call, which may have none.
Instant earliest(const Connections& connections, std::optional<Instant> own = {}) {
  Instant at = connections.sample_at;
  const auto consider = [&at](std::optional<Instant> due) { at = std::min(at, due.value_or(at)); };
  consider(own);
  const auto consider_all_of = [&](const Connection& connection) {
    consider(connection.recovery.deadline());
    consider(connection.negotiator.deadline());
  };
  consider_all_of(connections.current);
  if (connections.next) consider_all_of(*connections.next);
  return at;
}

/// The connections' own timers: candidates that have waited long enough, counters to read.
void run_timers(Connections& connections, Duration sample_every, const CallContext& context,
                Step& step) {
  auto& next = connections.next;
  if (next && next->recovery.time_reached(context.now) == Action::give_up) {
    let_joiner_go(connections, step);
  }
  const bool sample = connections.sample_at <= context.now;
  if (sample) connections.sample_at = context.now + sample_every;
  const auto run = [&](Connection& connection) {
    negotiation::Output output{.now = context.now};
    connection.negotiator.time_reached(context.now, output, context.online);
    if (sample) output.effects.emplace_back(SampleStats{connection.id()});
    add(step, std::move(output), connection, context);
  };
  run(connections.current);
  if (connections.next) run(*connections.next);
}

/// The earliest deadline of connections that are set up while the call rings, or `own`.
Instant earliest(const WarmConnections& warm, Instant own) {
  for (const Connection& connection : warm) {
    own = std::min(own, connection.negotiator.deadline().value_or(own));
  }
  return own;
}

/// What time does to connections that are set up while the call rings.
Step warm_up(CallState state, const CallContext& context) {
  Step step = stay(std::move(state));
  for (Connection& connection : *warm_of(step.next)) {
    negotiation::Output output{.now = context.now};
    connection.negotiator.time_reached(context.now, output, context.online);
    add(step, std::move(output), connection, context);
  }
  end_if_exhausted(step, context);
  return step;
}

/// What time does to a call that has connections.
Step pass_time(CallState state, const CallContext& context) {
  Step step = stay(std::move(state));
  Connections& connections = *connections_of(step.next);
  const Action action = connections.current.recovery.time_reached(context.now);
  if (action != Action::wait) {
    recover(step, action, context);
    return step;
  }
  auto* active = std::get_if<Active>(&step.next);
  const bool report = active != nullptr && active->report_at <= context.now;
  if (report) active->report_at = context.now + kReportInterval;
  run_timers(connections, sample_interval(step.next, context.sample_closely), context, step);
  end_if_exhausted(step, context);
  if (report) step.messages.emplace_back(wire::MediaReport{context.call, true});
  return step;
}

/// Reads the counters and states of the connections now, and gives what is under way its time
/// again.
void look_anew(Connections& connections, const CallContext& context) {
  connections.sample_at = context.now;
  const auto wake = [&](Connection& connection) {
    connection.negotiator.woken(context.now);
    // By the time of a restart it is known whether the path has healed, and whether the server is
    // there.
    connection.recovery.postpone(context.now + kFreshFactsGrace, context.now + kProbeLimit);
    connection.stall_watch.alive(context.now);
  };
  wake(connections.current);
  if (connections.next) wake(*connections.next);
}

}  // namespace

Duration sample_interval(const CallState& state, bool closely) {
  // Media must be seen when it starts: in the call, at a device that takes over, after a loss.
  const auto* active = std::get_if<Active>(&state);
  const bool awaits_media = active == nullptr || active->connections.next ||
                            active->connections.current.stall_watch.doubts();
  return awaits_media || closely ? kSampleWhileConnecting : kSampleWhileActive;
}

std::optional<Instant> deadline(const CallState& state) {
  return std::visit(
      Overloaded{
          [](const OneOf<Calling, Ringing, Answering> auto& s) {
            if (mutant(Mutant::answer_without_limit)) return std::optional<Instant>();
            return std::optional(earliest(s.warm, s.give_up_at));
          },
          [](const Incoming& incoming) {
            if (mutant(Mutant::rings_for_ever)) return std::optional<Instant>();
            return std::optional(earliest(incoming.warm, incoming.expires_at));
          },
          [](const OneOf<Connecting, Reconnecting> auto& s) {
            return std::optional(earliest(s.connections));
          },
          [](const Active& s) { return std::optional(earliest(s.connections, s.report_at)); },
          [](const OneOf<Elsewhere, Ended> auto&) { return std::optional<Instant>(); },
      },
      state);
}

Step on(CallState state, const TimeReached&, const CallContext& context) {
  const Instant now = context.now;
  return std::visit(Overloaded{
                        [&](OneOf<Calling, Ringing, Answering> auto&& s) {
                          if (s.give_up_at > now) return warm_up(std::move(s), context);
                          return give_up(Error::server_unreachable, {}, context);
                        },
                        [&](Incoming&& incoming) -> Step {
                          if (incoming.expires_at > now)
                            return warm_up(std::move(incoming), context);
                          return {.next = Ended{wire::EndReason::no_answer, {}, {}, true},
                                  .why = "rang out"};
                        },
                        [&](OneOf<Connecting, Active, Reconnecting> auto&& s) {
                          return pass_time(std::move(s), context);
                        },
                        [](OneOf<Elsewhere, Ended> auto&& s) { return stay(std::move(s)); },
                    },
                    std::move(state));
}

Step on(CallState state, const Woken&, const CallContext& context) {
  const Instant at_least = context.now + kFreshFactsGrace;
  if (WarmConnections* warm = warm_of(state)) {
    for (Connection& connection : *warm) {
      connection.negotiator.woken(context.now);
      connection.in_doubt = true;
    }
  }
  std::visit(Overloaded{
                 [&](OneOf<Calling, Ringing, Answering> auto& s) {
                   s.give_up_at = std::max(s.give_up_at, at_least);
                 },
                 [&](OneOf<Connecting, Active, Reconnecting> auto& s) {
                   look_anew(s.connections, context);
                 },
                 // When it stops ringing is the server's word; that moment has passed, seen or not.
                 [](const OneOf<Incoming, Elsewhere, Ended> auto&) {},
             },
             state);
  return stay(std::move(state));
}

}  // namespace parley::phone
