// The oracle's checks of calls that a person's device left without a message: they block
// no other call, and any other device of that person may end them.
#include "core/switchboard/legs.hpp"
#include "core/switchboard/timers.hpp"
#include "sim/frames.hpp"
#include "sim/oracle/oracle.hpp"
#include "sim/oracle/questions.hpp"

#include <algorithm>

namespace parley::sim {

using switchboard::CallRecord;
using switchboard::Leg;
using testing::Device;
using wire::CallPhase;

namespace {

/// By then the session of a silent device is forgotten, and every device that can
/// return after a restart has done so.
constexpr Duration kSurelyGone = switchboard::kSilenceLimit + switchboard::kSessionGrace +
                                 switchboard::kReturnGrace + Duration{1'000};

}  // namespace

/// Whether no device of this user, nor the asking one, is in the call any longer.
bool Oracle::is_left_behind(const CallRecord& record, const UserId& user,
                            const DeviceId& asking) const {
  const Leg& leg = leg_of(record, user);
  if (!leg.device || has_device(leg, asking)) return false;
  return world_.scheduler().now() - last_heard(leg) > kSurelyGone;
}

/// Calls of this user that were certainly not left behind: those block nothing.
std::ptrdiff_t Oracle::calls_that_stay(const UserId& user) const {
  const Instant now = world_.scheduler().now();
  return std::ranges::count_if(open_calls_, [&](CallId id) {
    const CallRecord& record = latest_.at(id);
    if (!takes_place(record, user)) return false;
    return !has_joined(record, user) ||
           now - last_heard(leg_of(record, user)) < switchboard::kReturnGrace;
  });
}

void Oracle::check_left_behind(const Request& request, const Device& from) {
  const bool hangs_up = request.type == "hang_up";
  if (!hangs_up && request.type != "invite" && request.type != "accept") return;
  const auto call = call_of(request.frame->text);
  const auto said = [&](std::string_view what) {
    return std::ranges::any_of(request.effects, [&](const switchboard::Effect& effect) {
      const auto* send = std::get_if<switchboard::Send>(&effect);
      return send != nullptr && send->connection == request.frame->connection &&
             send->text.find(what) != std::string::npos;
    });
  };
  if (hangs_up) {
    const auto known = call ? latest_.find(*call) : latest_.end();
    if (known == latest_.end() || !has_user(known->second, from.user())) return;
    const CallRecord& record = known->second;
    const bool on = record.phase == CallPhase::connecting || record.phase == CallPhase::active;
    const bool gave_up = request.frame->text.find("\"failure\"") != std::string_view::npos;
    if (on && !gave_up && is_left_behind(record, from.user(), from.id()) &&
        said("answered_elsewhere")) {
      violate("I3 a call that was left behind can be ended", name_of(from));
    }
    return;
  }
  if (!said("\"call/too-many-calls\"")) return;
  // There must be a call that blocks the request.
  bool in_the_way = false;
  for (const CallId id : open_calls_) {
    const CallRecord& record = latest_.at(id);
    if (id == call || !takes_place(record, from.user())) continue;
    if (record.phase == CallPhase::ringing && record.caller.user != from.user()) continue;
    in_the_way = in_the_way || !is_left_behind(record, from.user(), from.id());
  }
  if (!in_the_way) violate("I3 a call that was left behind is in nobody's way", name_of(from));
}

}  // namespace parley::sim
