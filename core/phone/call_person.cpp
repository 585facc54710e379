// What the person does. Every button works in every state, and a second press does nothing.
#include "core/base/overloaded.hpp"
#include "core/phone/call.hpp"
#include "core/phone/timers.hpp"

#include <algorithm>
#include <utility>

namespace parley::phone {

using wire::EndReason;

namespace {

Step hang_up(EndReason reason, std::optional<Duration> lasted, const CallContext& context) {
  return {.next = Ended{reason, {}, lasted, true},
          .why = "hung up",
          .messages = {wire::HangUp{context.call, {}}}};
}

Step decline(const CallContext& context) {
  return {.next = Ended{EndReason::declined, {}, {}, true},
          .why = "declined",
          .messages = {wire::Decline{context.call}}};
}

Step join(const CallContext& context) {
  return {.next = Answering{.give_up_at = context.now + kAnswerLimit, .joining = true},
          .why = "joining",
          .messages = {wire::Join{context.call}}};
}

}  // namespace

Step on(CallState state, const AnswerPressed&, const CallContext& context) {
  return std::visit(Overloaded{
                        [&](Incoming&& incoming) -> Step {
                          // As long as it rings at the server, the answer counts there.
                          const Instant by =
                              std::max(context.now + kAnswerLimit, incoming.expires_at);
                          const std::optional<std::uint32_t> link = use_warm(incoming.warm);
                          return {.next = Answering{.give_up_at = by,
                                                    .rings_until = incoming.expires_at,
                                                    .warm = std::move(incoming.warm)},
                                  .why = "answered",
                                  .messages = {wire::Accept{context.call, link}}};
                        },
                        [](OneOf<Calling, Ringing, Answering, Connecting, Active, Reconnecting,
                                 Elsewhere, Ended> auto&& s) { return stay(std::move(s)); },
                    },
                    std::move(state));
}

Step on(CallState state, const JoinPressed&, const CallContext& context) {
  return std::visit(Overloaded{
                        [&](const Elsewhere&) { return join(context); },
                        [](OneOf<Calling, Ringing, Incoming, Answering, Connecting, Active,
                                 Reconnecting, Ended> auto&& s) { return stay(std::move(s)); },
                    },
                    std::move(state));
}

Step on(CallState state, const DeclinePressed&, const CallContext& context) {
  return std::visit(Overloaded{
                        [&](const Incoming&) { return decline(context); },
                        [](OneOf<Calling, Ringing, Answering, Connecting, Active, Reconnecting,
                                 Elsewhere, Ended> auto&& s) { return stay(std::move(s)); },
                    },
                    std::move(state));
}

Step on(CallState state, const HangUpPressed&, const CallContext& context) {
  return std::visit(Overloaded{
                        [&](const OneOf<Calling, Ringing> auto&) {
                          return hang_up(EndReason::cancelled, {}, context);
                        },
                        [&](const Incoming&) { return decline(context); },
                        [&](const OneOf<Answering, Connecting> auto&) {
                          return hang_up(EndReason::completed, {}, context);
                        },
                        [&](const OneOf<Active, Reconnecting> auto& live) {
                          return hang_up(EndReason::completed, context.now - live.since, context);
                        },
                        // The other device's call is not this one's to end.
                        [](OneOf<Elsewhere, Ended> auto&& s) { return stay(std::move(s)); },
                    },
                    std::move(state));
}

Step on(CallState state, const PageHidden&, const CallContext& context) {
  return std::visit(Overloaded{
                        // Nobody would be there to talk: the other side must not ring on.
                        [&](const OneOf<Calling, Ringing> auto&) {
                          return hang_up(EndReason::cancelled, {}, context);
                        },
                        // An answered call can be joined again when the page is back.
                        [](OneOf<Incoming, Answering, Connecting, Active, Reconnecting, Elsewhere,
                                 Ended> auto&& s) { return stay(std::move(s)); },
                    },
                    std::move(state));
}

}  // namespace parley::phone
