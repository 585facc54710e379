// What time does to a call: deadlines, batches that are due, counters to read.
#include "core/base/overloaded.hpp"
#include "core/phone/call.hpp"
#include "core/phone/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::phone {

std::optional<Instant> deadline(const CallState& state) {
  const auto earlier = [](Instant own, const Connection& connection) {
    const Instant sample = std::min(own, connection.sample_at);
    return std::min(sample, connection.negotiator.deadline().value_or(sample));
  };
  return std::visit(
      Overloaded{
          [](const OneOf<Calling, Ringing, Answering> auto& s) {
            return std::optional(s.give_up_at);
          },
          [](const Incoming& incoming) { return std::optional(incoming.expires_at); },
          [&](const Connecting& s) { return std::optional(earlier(s.give_up_at, s.connection)); },
          [&](const Active& s) {
            return std::optional(earlier(s.connection.sample_at, s.connection));
          },
          [&](const Reconnecting& s) {
            return std::optional(
                earlier(std::min(s.lost_at + kMediaLossLimit, s.restart_at), s.connection));
          },
          [](const Ended&) { return std::optional<Instant>(); },
      },
      state);
}

namespace {

/// The connection's own timers: candidates that have waited long enough, counters to read.
void run_timers(Connection& connection, Duration sample_every, const CallContext& context,
                negotiation::Output& output) {
  connection.negotiator.time_reached(context.now, output);
  if (connection.sample_at > context.now) return;
  connection.sample_at = context.now + sample_every;
  output.effects.emplace_back(SampleStats{connection.id()});
}

/// Runs the connection's timers around a state that stays.
Step with_timers(auto s, Duration sample_every, const CallContext& context) {
  negotiation::Output output;
  run_timers(s.connection, sample_every, context, output);
  const DeviceId peer = s.connection.peer_device;
  Step step = stay(std::move(s));
  add(step, std::move(output), context, peer);
  return step;
}

}  // namespace

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
          [&](Active&& s) { return with_timers(std::move(s), kSampleWhileActive, context); },
          [&](Reconnecting&& s) {
            if (s.lost_at + kMediaLossLimit <= now) {
              return give_up(Error::media_lost, s.lost_at - s.since, context);
            }
            if (s.restart_at <= now) return restart_ice(std::move(s), context);
            return with_timers(std::move(s), kSampleWhileConnecting, context);
          },
          [](Ended&& ended) { return stay(std::move(ended)); },
      },
      std::move(state));
}

}  // namespace parley::phone
