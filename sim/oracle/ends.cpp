// The oracle's checks of ended calls, of their ids, of times in messages, and of
// invites that cross.
#include "core/switchboard/calls/glare.hpp"
#include "core/switchboard/timers.hpp"
#include "core/wire/frame.hpp"
#include "sim/frames.hpp"
#include "sim/oracle/oracle.hpp"
#include "sim/oracle/questions.hpp"

#include <algorithm>

namespace parley::sim {

using switchboard::CallRecord;
using testing::Device;
using wire::CallPhase;

/// The call of this id, or the call that absorbed an invite with this id.
const CallRecord* Oracle::latest(CallId call) const {
  const auto found = latest_.find(call);
  if (found != latest_.end()) return &found->second;
  const auto merged = merged_.find(call);
  const auto into = merged == merged_.end() ? latest_.end() : latest_.find(merged->second);
  // A server that crashed before the call was durable has lost it.
  const bool known =
      into != latest_.end() && into->second.merged && into->second.merged->call == call;
  return known ? &into->second : nullptr;
}

/// A user who asks about a call of theirs that ended recently is told the end, and the id can't be
/// used again.
void Oracle::check_ended(const Request& request, const Device& from) {
  if (is_small_talk(request.type)) return;
  const auto call = call_of(request.frame->text);
  const CallRecord* known = call ? latest(*call) : nullptr;
  if (known == nullptr || known->phase != CallPhase::ended) return;
  const bool own = takes_place(*known, from.user());
  const auto since = ended_since_.find(known->call);
  const bool fresh = since != ended_since_.end() &&
                     world_.scheduler().now() - since->second < switchboard::kEndedMemory;
  for (const switchboard::Effect& effect : request.effects) {
    const auto* send = std::get_if<switchboard::Send>(&effect);
    if (send == nullptr || send->connection != request.frame->connection) continue;
    const std::string_view type = type_of(send->text);
    if (own && fresh && type == "error" &&
        (send->text.find("\"call/unknown-call\"") != std::string::npos ||
         send->text.find("\"call/call-id-taken\"") != std::string::npos)) {
      violate("I2 who asks hears how a call has ended", name_of(from));
    }
    if (request.type != "invite" || type == "ended") continue;
    if (type == "progress" || type == "accepted") {
      violate("I2 a call id is used once", to_string(*call));
    }
  }
}

/// A time is given in the clock that the client knows: that of its last welcome.
void Oracle::check_times(const Request& request) {
  // A welcome gives the clock again; repeated messages contain the older clock.
  if (std::holds_alternative<switchboard::Authenticated>(request.event)) return;
  const Instant now = world_.scheduler().now();
  for (const switchboard::Effect& effect : request.effects) {
    const auto* send = std::get_if<switchboard::Send>(&effect);
    if (send == nullptr || type_of(send->text) != "incoming") continue;
    const auto ahead = told_ahead_.find(send->connection);
    const auto frame = wire::read_server_frame(send->text);
    if (ahead == told_ahead_.end() || !frame) continue;
    const auto& incoming = std::get<wire::Incoming>(frame->message);
    const Duration rings = instant_from_ms(incoming.expires_at_ms) - ahead->second - now;
    if (rings <= Duration{0} || rings > switchboard::kRingLimit) {
      violate("I4 a time is told by the clock that the client knows",
              std::to_string(rings.count()) + " ms");
    }
  }
}

/// After a restart all devices are about to return: for some time no call ends because its caller
/// is away.
void Oracle::check_waited_for(const Request& request) {
  constexpr Duration kSlack{1'000};
  const bool early =
      world_.scheduler().now() - restored_at_ < switchboard::kReturnGrace - kSlack && restarted_;
  if (!early || !std::holds_alternative<switchboard::TimeReached>(request.event)) return;
  for (const switchboard::Effect& effect : request.effects) {
    const auto* store = std::get_if<switchboard::Store>(&effect);
    if (store != nullptr && store->record.reason == wire::EndReason::cancelled) {
      violate("I4 a caller who comes back is waited for", store->record.caller.user.text);
    }
  }
}

/// Which of two crossing invites stays depends on neither their order nor their times.
void Oracle::check_glare(const Request& request, const Device& from) {
  if (request.type != "invite") return;
  const auto call = call_of(request.frame->text);
  for (const switchboard::Effect& effect : request.effects) {
    const auto* store = std::get_if<switchboard::Store>(&effect);
    if (store == nullptr || !store->record.merged || !call) continue;
    const CallId stood = store->record.call;
    const CallId other = store->record.merged->call;
    if (*call != stood && *call != other) continue;
    const auto before = latest_.find(*call == stood ? other : stood);
    if (before == latest_.end() || before->second.phase != CallPhase::ringing ||
        before->second.caller.user == from.user()) {
      continue;
    }
    if (!switchboard::stands(stood, other, world_.glare_key())) {
      violate("L2 crossing invites are alike", to_string(stood));
    }
  }
}

}  // namespace parley::sim
