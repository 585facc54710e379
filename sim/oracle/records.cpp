// The checks of the records that the server asks to store, and of the times at which their calls
// end.
#include "core/switchboard/timers.hpp"
#include "sim/frames.hpp"
#include "sim/oracle/oracle.hpp"
#include "sim/oracle/questions.hpp"

#include <algorithm>

namespace parley::sim {

using switchboard::CallRecord;
using testing::Device;
using wire::CallPhase;
using wire::EndReason;

namespace {

/// A device that has reached the server for this long has sent all its messages.
constexpr Duration kHereFor{20'000};
/// A page that sent `leaving` and has not returned by then is gone.
constexpr Duration kGoneAfter = switchboard::kReloadGrace + Duration{1'000};

}  // namespace

void Oracle::check_stored(const CallRecord& record, const Request& request, const Device* from) {
  // Also a repeated one: an invite that was lost in a crash before it was durable is a new one.
  if (record.screened) screened_.insert(record.call);
  if (!record.ringing_at_ms) invited_.insert_or_assign(record.call, world_.scheduler().now());
  if (from != nullptr && request.frame != nullptr && !has_user(record, from->user()) &&
      !makes_room(record, *request.frame)) {
    violate("I7 nobody changes a call of others", name_of(*from));
  }
  if (record.merged) {
    const CallId merged = record.merged->call;
    merged_.insert_or_assign(merged, record.call);
    latest_.erase(merged);
    std::erase(open_calls_, merged);
  }
  if (!latest_.contains(record.call) && latest(record.call) != nullptr) {
    violate("I2 a call id is used once", to_string(record.call));
  }
  merged_.erase(record.call);  // a server that crashed may have lost the merge
  const auto known = latest_.find(record.call);
  if (known == latest_.end()) {
    check_first_record(record);
    open_calls_.push_back(record.call);
  } else {
    check_record(known->second, record);
  }
  check_order(record);
  note_people(record, known == latest_.end() ? nullptr : &known->second);
  if (record.phase == CallPhase::ended) {
    check_closed(record);
    std::erase(open_calls_, record.call);
    ended_since_[record.call] = world_.scheduler().now();
  }
  latest_.insert_or_assign(record.call, record);
  check_user(record.caller.user);
  check_user(record.callee.user);
}

void Oracle::check_first_record(const CallRecord& record) {
  // Invites that crossed may have connected while they rang.
  if (record.link > 1 + switchboard::kMaxWarmLinks)
    violate("I2 a record starts at the start", to_string(record.call));
  if (!record.merged) check_new_call(record);
  if (record.phase != CallPhase::ringing) return;
  if (!record.screened && calls_that_stay(record.callee.user) >= 2) {
    violate("I1 a third caller finds the line busy", record.callee.user.text);
  }
  for (const CallId id : open_calls_) {
    const CallRecord& other = latest_.at(id);
    if (other.phase == CallPhase::ringing && other.caller.user == record.callee.user &&
        other.callee.user == record.caller.user) {
      violate("L2 two who call each other are joined", to_string(record.call));
    }
  }
}

/// No call rings or connects beyond its limit, also after a crash of its server.
void Oracle::check_deadlines() {
  const Instant now = world_.scheduler().now();
  if (std::exchange(starting_, false)) restored_at_ = now;
  for (const CallId id : open_calls_) {
    const CallRecord& record = latest_.at(id);
    if (record.phase == CallPhase::active || !record.deadline_ms) continue;
    const bool rings = record.phase == CallPhase::ringing;
    const Instant latest =
        now + (rings ? switchboard::kRingLimit : switchboard::kConnectLimit) + Duration{1};
    Instant due = instant_from_ms(*record.deadline_ms) - clock_ahead_;
    // The clock may have been set back before a restart: then the limit counts from the new time.
    if (due > latest) due = restored_at_ + (latest - now);
    due = std::max(due, restored_at_);
    if (record.phase == CallPhase::connecting) {
      due = std::max(due, restored_at_ + switchboard::kReturnGrace);
      // Devices that are away have the same time to return as those of an active call.
      const Instant accepted = instant_from_ms(*record.accepted_at_ms) - clock_ahead_;
      const bool away = !is_here(record.caller) || !is_here(record.callee);
      if (away) due = std::max(due, accepted + switchboard::kMediaLease);
    }
    if (now - due > Duration{100}) violate("I4 a deadline is kept", to_string(id));
  }
}

/// No call waits for a page that sent `leaving` and did not return.
void Oracle::check_leaving(const switchboard::FrameReceived& frame) {
  const std::string_view type = type_of(frame.text);
  const auto visitor = visitors_.find(frame.connection);
  if (visitor == visitors_.end()) return;
  const DeviceId& device = visitor->second.device;
  const Instant now = world_.scheduler().now();
  if (!left_.empty()) {
    std::erase_if(left_, [&](const auto& left) { return left.first == device; });
  }
  if (type == "leaving") left_.emplace_back(device, now);
  for (const auto& [id, since] : left_) {
    if (now - since < kGoneAfter) continue;
    for (const CallId call : open_calls_) {
      const CallRecord& record = latest_.at(call);
      if (record.caller.device == id || record.callee.device == id) {
        violate("I4 nobody waits for who has left", to_string(call));
      }
    }
  }
}

/// The device of this leg has reached the server for some time.
bool Oracle::is_here(const switchboard::Leg& leg) const {
  const Device* device = device_of(leg);
  if (device == nullptr || device->asleep() || !device->reaches_server()) return false;
  const auto& since = watched_[device->number() - 1].here_since;
  return since && world_.scheduler().now() - *since > kHereFor;
}

std::ptrdiff_t Oracle::open_calls_of(const UserId& user) const {
  return std::ranges::count_if(open_calls_,
                               [&](CallId id) { return takes_place(latest_.at(id), user); });
}

/// A user is in one call that is not held, and in a limited number of calls altogether.
void Oracle::check_user(const UserId& user) {
  std::size_t calls = 0;
  std::size_t in_front = 0;
  for (const CallId id : open_calls_) {
    const CallRecord& record = latest_.at(id);
    if (!takes_place(record, user)) continue;
    ++calls;
    const auto& status = leg_of(record, user).status;
    if (has_joined(record, user) && !(status && status->held)) ++in_front;
  }
  if (calls > wire::kMaxCallsInWelcome) violate("I8 calls of a user have a bound", user.text);
  if (in_front > 1) violate("I1 one call in front of a user", user.text);
}

void Oracle::check_record(const CallRecord& last, const CallRecord& after) {
  const CallRecord before = without_lost_time(last, after);
  const std::string call = to_string(after.call);
  if (before.phase == CallPhase::ended) violate("I2 a closed record stays as it is", call);
  if (after.phase < before.phase) violate("I2 a record only goes on", call);
  if (after.link < before.link) violate("I2 links only count up", call);
  const auto kept = [](const auto& old_time, const auto& new_time) {
    return !old_time || old_time == new_time;
  };
  if (before.caller.user != after.caller.user || before.callee.user != after.callee.user ||
      before.kind != after.kind || before.invited_at_ms != after.invited_at_ms ||
      !kept(before.ringing_at_ms, after.ringing_at_ms) ||
      !kept(before.accepted_at_ms, after.accepted_at_ms) ||
      !kept(before.connected_at_ms, after.connected_at_ms) || !kept(before.merged, after.merged)) {
    violate("I2 what has happened stays as it was", call);
  }
  if (before.phase != CallPhase::ringing && before.caller.device && !after.caller.device) {
    violate("I2 a device is only replaced by another", call);
  }
}

/// The times are in order, and each is set from its phase on.
void Oracle::check_order(const CallRecord& record) {
  std::int64_t last = record.invited_at_ms;
  for (const auto& time :
       {record.ringing_at_ms, record.accepted_at_ms, record.connected_at_ms, record.ended_at_ms}) {
    if (!time) continue;
    if (*time < last) violate("I2 times are in order", to_string(record.call));
    last = *time;
  }
  const bool ended = record.phase == CallPhase::ended;
  const bool answered = record.phase == CallPhase::connecting || record.phase == CallPhase::active;
  if ((answered && !(record.accepted_at_ms && record.callee.device)) ||
      (record.phase == CallPhase::active && !record.connected_at_ms) ||
      (record.phase == CallPhase::ringing && record.accepted_at_ms) ||
      (record.phase == CallPhase::connecting && record.connected_at_ms) ||
      ended != record.ended_at_ms.has_value() || ended != record.reason.has_value()) {
    violate("I2 a phase has its times", to_string(record.call));
  }
  if (!ended && !record.deadline_ms) {
    violate("I4 whatever waits has a timer", "record " + to_string(record.call));
  }
}

/// The reason fits the progress of the call.
void Oracle::check_closed(const CallRecord& record) {
  const EndReason reason = record.reason.value_or(EndReason::answered_elsewhere);
  const bool answered = record.accepted_at_ms.has_value();
  bool fits = false;
  switch (reason) {
    case EndReason::completed:
      fits = answered;
      break;
    case EndReason::abandoned:
      fits = record.connected_at_ms && record.ended_at_ms == record.media_at_ms;
      break;
    case EndReason::declined:
    case EndReason::cancelled:
    case EndReason::busy:
    case EndReason::no_answer:
      fits = !answered;
      break;
    case EndReason::unreachable:
      fits = !answered && !record.ringing_at_ms;  // a device that rang was there
      break;
    case EndReason::failed:
      fits = record.failure.has_value();
      break;
    case EndReason::answered_elsewhere:
    case EndReason::declined_elsewhere:
      break;
  }
  if (expect_.calm && (reason == EndReason::failed || reason == EndReason::abandoned ||
                       reason == EndReason::unreachable)) {
    violate("L1 without faults no call fails", word(reason));
  }
  if (!fits || (record.failure && reason != EndReason::failed)) {
    violate("I2 a record ends with a reason that fits", word(reason));
  }
}

}  // namespace parley::sim
