// The oracle's checks of single requests: the effects that one device may cause.
#include "core/switchboard/legs.hpp"
#include "core/wire/frame.hpp"
#include "sim/frames.hpp"
#include "sim/oracle/oracle.hpp"
#include "sim/oracle/questions.hpp"

#include <algorithm>

namespace parley::sim {

using phone::CallView;
using switchboard::CallRecord;
using testing::Device;
using wire::CallPhase;
using wire::EndReason;

/// A request is refused without any effect, or carried out; and some requests are never allowed.
void Oracle::check_request(const switchboard::FrameReceived& frame, const Device& from,
                           const std::vector<switchboard::Effect>& effects) {
  const std::string_view type = type_of(frame.text);
  if (is_small_talk(type)) return;
  const std::string who = name_of(from) + ": " + std::string(type);
  const auto call = call_of(frame.text);
  const bool failed = type == "hang_up" && frame.text.find("\"failure\"") != std::string_view::npos;
  if (failed && call) gave_up_.emplace_back(*call, from.number());
  bool refused = false;
  bool stored = false;
  for (const switchboard::Effect& effect : effects) {
    if (const auto* send = std::get_if<switchboard::Send>(&effect)) {
      refused = refused || type_of(send->text) == "error";
      if (type_of(send->text) != "accepted") continue;
      const auto told = wire::read_server_frame(send->text);
      if (!told) continue;
      const auto& accepted = std::get<wire::Accepted>(told->message);
      links_told_[{send->connection.value, accepted.call}] = {accepted.link, accepted.peer_device};
      continue;
    }
    const auto* store = std::get_if<switchboard::Store>(&effect);
    if (store == nullptr) continue;
    stored = true;
    const CallRecord& record = store->record;
    const bool ended = record.phase == CallPhase::ended;
    if (failed && ended && record.reason == EndReason::declined) {
      violate("I2 only a person declines", who);
    }
    // A call that rang here became part of a call of this same person: that one needs no question.
    const bool rang_here =
        record.merged && record.merged->call == call && record.caller.user == from.user();
    if (type == "hang_up" && ended && rang_here) {
      violate("I3 who asks what became of the ringing ends nothing", who);
    }
    if (type == "invite" && ended && record.call != call) check_dial(from, record);
    const auto known = latest_.find(record.call);
    if (type != "join" || call != record.call || known == latest_.end()) continue;
    const auto told = links_told_.find({frame.connection.value, record.call});
    if (told == links_told_.end() || told->second.link != known->second.link) continue;
    // The pair is over when the device that was taking the call over has given up.
    const bool paired = has_device(own_leg(known->second, from.user()), from.id()) &&
                        has_device(other_leg(known->second, from.user()), told->second.peer);
    if (paired && record.link > known->second.link) {
      violate("I3 who joins twice is paired once", who);
    }
  }
  if (refused && stored) violate("I2 a refused message changes nothing", who);
}

/// A dial has ended this call: its user's device must not be in it.
void Oracle::check_dial(const Device& from, const CallRecord& ended) {
  if (ended.reason != EndReason::completed || !has_user(ended, from.user())) return;
  const switchboard::Leg& leg = leg_of(ended, from.user());
  const Device* own = device_of(leg);
  if (own == nullptr || own == &from || !is_here(leg)) return;
  const CallView* view = find(*own, ended.call);
  if (view != nullptr && is_on(*view)) {
    violate("I3 no dial ends a call that is on elsewhere", name_of(from));
  }
}

bool Oracle::gave_up(CallId call, const Device& device) const {
  return std::ranges::find(gave_up_, std::pair(call, device.number())) != gave_up_.end();
}

}  // namespace parley::sim
