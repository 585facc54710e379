// What the person does. Every button works in every state, and a second press does nothing.
#include "core/base/overloaded.hpp"
#include "core/phone/call.hpp"
#include "core/phone/timers.hpp"

#include <utility>

namespace parley::phone {

using wire::EndReason;

Step on(CallState state, const AnswerPressed&, const CallContext& context) {
  return std::visit(
      Overloaded{
          [&](const Incoming&) -> Step {
            return {.next = Answering{context.now + kAnswerLimit},
                    .why = "answered",
                    .messages = {wire::Accept{context.call}}};
          },
          [](OneOf<Calling, Ringing, Answering, Connecting, Active, Reconnecting, Ended> auto&& s) {
            return stay(std::move(s));
          },
      },
      std::move(state));
}

Step on(CallState state, const DeclinePressed&, const CallContext& context) {
  return std::visit(
      Overloaded{
          [&](const Incoming&) -> Step {
            return {.next = Ended{EndReason::declined, {}, {}, true},
                    .why = "declined",
                    .messages = {wire::Decline{context.call}}};
          },
          [](OneOf<Calling, Ringing, Answering, Connecting, Active, Reconnecting, Ended> auto&& s) {
            return stay(std::move(s));
          },
      },
      std::move(state));
}

Step on(CallState state, const HangUpPressed&, const CallContext& context) {
  const auto hang_up = [&](EndReason reason, std::optional<Duration> lasted) -> Step {
    return {.next = Ended{reason, {}, lasted, true},
            .why = "hung up",
            .messages = {wire::HangUp{context.call, {}}}};
  };
  return std::visit(
      Overloaded{
          [&](const OneOf<Calling, Ringing> auto&) { return hang_up(EndReason::cancelled, {}); },
          [&](const Incoming&) -> Step {
            return {.next = Ended{EndReason::declined, {}, {}, true},
                    .why = "declined",
                    .messages = {wire::Decline{context.call}}};
          },
          [&](const OneOf<Answering, Connecting> auto&) {
            return hang_up(EndReason::completed, {});
          },
          [&](const OneOf<Active, Reconnecting> auto& live) {
            return hang_up(EndReason::completed, context.now - live.since);
          },
          [](Ended&& ended) { return stay(std::move(ended)); },
      },
      std::move(state));
}

}  // namespace parley::phone
