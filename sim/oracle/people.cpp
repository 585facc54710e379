// The oracle's checks of people: who may call whom, what a blocked person can see, and how
// often a person may call in vain.
#include "core/switchboard/timers.hpp"
#include "core/wire/frame.hpp"
#include "sim/frames.hpp"
#include "sim/oracle/oracle.hpp"
#include "sim/oracle/questions.hpp"

#include <algorithm>
#include <string>

namespace parley::sim {

using switchboard::CallRecord;
using wire::CallPhase;
using wire::EndReason;

/// Whether the server has a record that they know each other.
bool Oracle::knows(const UserId& user, const UserId& other) const {
  return known_.contains({user, other}) || world_.knows(user, other);
}

/// A call that is new: the knowledge about people dates from before it.
void Oracle::check_new_call(const CallRecord& record) {
  const UserId& caller = record.caller.user;
  const UserId& callee = record.callee.user;
  const bool there = std::ranges::any_of(
      kept_, [&](const Kept& kept) { return kept.user == callee && kept.connection.has_value(); });
  const bool stranger = world_.lets_only_known_people_call(callee) && !knows(callee, caller);
  const bool unreachable = record.reason == EndReason::unreachable;
  // The server knows no decisions of people without a device.
  if (there && stranger && !unreachable) {
    violate("W2 a stranger finds nobody there", caller.text + " calls " + callee.text);
  }
  if (!stranger && unreachable && there) {
    violate("W2 who may call finds who is there", caller.text + " calls " + callee.text);
  }
  if (!stranger && unreachable &&
      world_.scheduler().now() - restored_at_ < switchboard::kReturnGrace - Duration{1'000} &&
      restarted_) {
    violate("W2 who may call waits for who comes back", caller.text + " calls " + callee.text);
  }
  const auto in_vain = in_vain_.find({caller, callee});
  if (in_vain != in_vain_.end() && world_.scheduler().now() < in_vain->second.next) {
    violate("W3 who calls in vain has to wait", caller.text + " calls " + callee.text);
  }
  known_.emplace(caller, callee);
  in_vain_.erase({callee, caller});
}

void Oracle::note_people(const CallRecord& record, const CallRecord* before) {
  if (record.connected_at_ms || record.merged) {
    known_.emplace(record.caller.user, record.callee.user);
    known_.emplace(record.callee.user, record.caller.user);
  }
  if (record.accepted_at_ms) in_vain_.erase({record.caller.user, record.callee.user});
  const bool rang = before != nullptr && before->phase == CallPhase::ringing;
  if (record.phase != CallPhase::ended || !rang) return;
  if (record.screened) check_screened_end(record);
  note_in_vain(record);
}

/// A blocked caller sees the same as a caller without an answer.
void Oracle::check_screened_end(const CallRecord& record) {
  const std::string who = record.caller.user.text + " calls " + record.callee.user.text;
  const bool own = record.ended_by == record.caller.user;
  if (!own && record.reason != EndReason::no_answer && record.reason != EndReason::unreachable &&
      record.reason != EndReason::busy && record.reason != EndReason::cancelled) {
    violate("W1 a block looks like no answer", who);
  }
  // A device needs a moment to report that it rings, and after a restart the time may end before
  // that.
  const auto delivered = delivered_.find(record.call);
  const bool had_time =
      delivered != delivered_.end() &&
      world_.scheduler().now() - delivered->second > switchboard::kLongestRingDelay;
  if (record.reason == EndReason::no_answer && had_time && !record.ringing_at_ms) {
    violate("W1 a blocked call seems to ring", who);
  }
}

/// The caller has to wait at least this long.
void Oracle::note_in_vain(const CallRecord& record) {
  if (record.reason == EndReason::unreachable || record.reason == EndReason::failed ||
      record.accepted_at_ms) {
    return;
  }
  const UserId& caller = record.caller.user;
  const UserId& callee = record.callee.user;
  const Instant now = world_.scheduler().now();
  const bool known = knows(callee, caller);
  const unsigned free = switchboard::kAttemptWeight *
                        (known ? switchboard::kFreeAttemptsOfKnown : switchboard::kFreeAttempts);
  const Duration longest = known ? switchboard::kLongestWaitOfKnown : switchboard::kLongestWait;
  const auto invited = invited_.find(record.call);
  const bool short_one = invited == invited_.end() ||
                         now - invited->second < switchboard::kSeenAfter + Duration{1'000};
  InVain& calls = in_vain_[{caller, callee}];
  calls.weight +=
      record.reason == EndReason::cancelled && short_one ? 1 : switchboard::kAttemptWeight;
  Duration wait{0};
  for (unsigned i = free; i <= calls.weight && wait < longest; i += switchboard::kAttemptWeight) {
    wait = std::min(longest, std::max(switchboard::kFirstWait, wait * 2));
  }
  calls.next = now + wait;
}

/// The frames to people who have made a decision about the other side.
void Oracle::check_people(const Request& request) {
  // A resumed session repeats messages from before the decision.
  if (std::holds_alternative<switchboard::Authenticated>(request.event)) {
    for (const switchboard::Effect& effect : request.effects) {
      const auto* send = std::get_if<switchboard::Send>(&effect);
      if (send == nullptr || send->text.find("\"calls\":[{") == std::string::npos) continue;
      const auto frame = wire::read_server_frame(send->text);
      const auto to = visitors_.find(send->connection);
      if (!frame || to == visitors_.end()) continue;
      for (const auto& call : std::get<wire::Welcome>(frame->message).calls.items) {
        const auto record = latest_.find(call.call);
        if (record != latest_.end() && is_hidden_from(record->second, to->second.user)) {
          violate("W1 who has blocked hears nothing", to->second.user.text);
        }
      }
    }
    return;
  }
  for (const switchboard::Effect& effect : request.effects) {
    const auto* send = std::get_if<switchboard::Send>(&effect);
    if (send == nullptr || is_small_talk(type_of(send->text))) continue;
    const auto to = visitors_.find(send->connection);
    if (to != visitors_.end()) check_told_callee(to->second, send->text);
  }
}

void Oracle::check_told_callee(const Visitor& to, const std::string& text) {
  const std::string_view type = type_of(text);
  const auto call = call_of(text);
  const auto found = call ? latest_.find(*call) : latest_.end();
  if (found == latest_.end() || type == "error") return;
  const CallRecord& record = found->second;
  if (record.caller.user == to.user) {
    if (type == "progress" && text.find("\"delivered\":0") == std::string::npos) {
      delivered_.try_emplace(record.call, world_.scheduler().now());
    }
    return;
  }
  const std::string who = to.user.text + " is told " + std::string(type);
  if (type == "incoming" && world_.blocks(to.user, record.caller.user)) {
    violate("W1 who is blocked rings nowhere", who);
  }
  if (type == "incoming" && world_.lets_only_known_people_call(to.user) &&
      !knows(to.user, record.caller.user)) {
    violate("W2 a stranger rings nowhere", who);
  }
  const bool stops = type == "ended" && text.find("declined_elsewhere") != std::string::npos;
  if (is_hidden_from(record, to.user) && !stops) {
    violate("W1 who has blocked hears nothing", who);
  }
}

}  // namespace parley::sim
