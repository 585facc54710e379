// What time does to a call: deadlines, batches that are due, counters to read, reports to make.
#include "core/base/mutants.hpp"
#include "core/base/overloaded.hpp"
#include "core/phone/call.hpp"
#include "core/phone/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::phone {

namespace {

Instant earliest(Instant own, const Connections& connections) {
  Instant at = std::min(own, connections.sample_at);
  at = std::min(at, connections.current.negotiator.deadline().value_or(at));
  if (connections.next) {
    at = std::min(at, connections.next->give_up_at);
    at = std::min(at, connections.next->negotiator.deadline().value_or(at));
  }
  return at;
}

/// The connections' own timers: candidates that have waited long enough, counters to read.
void run_timers(Connections& connections, Duration sample_every, const CallContext& context,
                Step& step) {
  if (connections.next && connections.next->give_up_at <= context.now) {
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

Step with_timers(CallState state, Duration sample_every, const CallContext& context) {
  Step step = stay(std::move(state));
  run_timers(*connections_of(step.next), sample_every, context, step);
  end_if_exhausted(step, context);
  return step;
}

/// Reads the counters and states of the connections now, and gives what is under way its time
/// again.
void look_anew(Connections& connections, const CallContext& context) {
  connections.sample_at = context.now;
  connections.current.negotiator.woken(context.now);
  if (!connections.next) return;
  Connection& next = *connections.next;
  next.give_up_at = std::max(next.give_up_at, context.now + kFreshFactsGrace);
  next.negotiator.woken(context.now);
}

}  // namespace

std::optional<Instant> deadline(const CallState& state) {
  return std::visit(
      Overloaded{
          [](const OneOf<Calling, Ringing, Answering> auto& s) {
            if (mutant(Mutant::answer_without_limit)) return std::optional<Instant>();
            return std::optional(s.give_up_at);
          },
          [](const Incoming& incoming) {
            if (mutant(Mutant::rings_for_ever)) return std::optional<Instant>();
            return std::optional(incoming.expires_at);
          },
          [](const Connecting& s) { return std::optional(earliest(s.give_up_at, s.connections)); },
          [](const Active& s) { return std::optional(earliest(s.report_at, s.connections)); },
          [](const Reconnecting& s) {
            return std::optional(earliest(std::min(s.give_up_at, s.restart_at), s.connections));
          },
          [](const OneOf<Elsewhere, Ended> auto&) { return std::optional<Instant>(); },
      },
      state);
}

Step on(CallState state, const TimeReached&, const CallContext& context) {
  const Instant now = context.now;
  return std::visit(
      Overloaded{
          [&](OneOf<Calling, Ringing, Answering> auto&& s) {
            if (s.give_up_at > now) return stay(std::move(s));
            return give_up(Error::server_unreachable, {}, context);
          },
          [&](Incoming&& incoming) -> Step {
            if (incoming.expires_at > now) return stay(std::move(incoming));
            return {.next = Ended{wire::EndReason::no_answer, {}, {}, true}, .why = "rang out"};
          },
          [&](Connecting&& s) {
            if (s.give_up_at <= now) return give_up(Error::no_media_path, {}, context);
            return with_timers(std::move(s), kSampleWhileConnecting, context);
          },
          [&](Active&& s) {
            const bool report = s.report_at <= now;
            if (report) s.report_at = now + kReportInterval;
            const bool often = s.connections.next.has_value() || context.sample_often;
            Step step = with_timers(std::move(s),
                                    often ? kSampleWhileConnecting : kSampleWhileActive, context);
            if (report) step.messages.emplace_back(wire::MediaReport{context.call, true});
            return step;
          },
          [&](Reconnecting&& s) {
            if (s.give_up_at <= now) return give_up(Error::media_lost, now - s.since, context);
            if (s.restart_at <= now) return restart_ice(std::move(s), context);
            return with_timers(std::move(s), kSampleWhileConnecting, context);
          },
          [](OneOf<Elsewhere, Ended> auto&& s) { return stay(std::move(s)); },
      },
      std::move(state));
}

Step on(CallState state, const Woken&, const CallContext& context) {
  const Instant at_least = context.now + kFreshFactsGrace;
  std::visit(Overloaded{
                 [&](OneOf<Calling, Ringing, Answering> auto& s) {
                   s.give_up_at = std::max(s.give_up_at, at_least);
                 },
                 [&](Connecting& s) {
                   s.give_up_at = std::max(s.give_up_at, at_least);
                   look_anew(s.connections, context);
                 },
                 [&](Active& s) { look_anew(s.connections, context); },
                 [&](Reconnecting& s) {
                   s.give_up_at = std::max(s.give_up_at, at_least);
                   // By then it is known whether the path has healed, and whether the server is
                   // there.
                   s.restart_at = std::max(s.restart_at, context.now + kProbeLimit);
                   look_anew(s.connections, context);
                 },
                 // When it stops ringing is the server's word; that moment has passed, seen or not.
                 [](const OneOf<Incoming, Elsewhere, Ended> auto&) {},
             },
             state);
  return stay(std::move(state));
}

}  // namespace parley::phone
