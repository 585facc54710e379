// The server's clock is set: the times of records move with it, in the oracle as in the server.
#include "core/switchboard/timers.hpp"
#include "sim/oracle/oracle.hpp"

#include <algorithm>
#include <utility>

namespace parley::sim {

using switchboard::CallRecord;
using wire::CallPhase;

/// Past times move with the clock that they were read from.
void Oracle::clock_was_set(const switchboard::WallClock& clock) {
  const std::int64_t moved_ms = (clock.ahead - std::exchange(clock_ahead_, clock.ahead)).count();
  for (const CallId id : open_calls_) {
    CallRecord& record = latest_.at(id);
    if (clock.corrected == Duration{0}) continue;
    if (record.deadline_ms) *record.deadline_ms += moved_ms;
    record.invited_at_ms += moved_ms;
    for (auto* time : {&record.ringing_at_ms, &record.accepted_at_ms, &record.connected_at_ms}) {
      if (*time) **time += moved_ms;
    }
  }
}

/// A call that survives an outage longer than its limit moves with the clock, as a whole.
CallRecord Oracle::without_lost_time(CallRecord before, const CallRecord& after) const {
  const std::int64_t moved_ms = after.invited_at_ms - before.invited_at_ms;
  if (!restarted_ || before.phase != CallPhase::active ||
      Duration{moved_ms} < switchboard::kLongestOutage) {
    return before;
  }
  before.invited_at_ms += moved_ms;
  for (auto* time : {&before.ringing_at_ms, &before.accepted_at_ms, &before.connected_at_ms}) {
    if (*time) **time += moved_ms;
  }
  return before;
}

/// A server whose clock is earlier than its records treats them as just made; and a ringing call
/// has the time that the clock gives, up to a whole limit.
void Oracle::bring_into_the_past(CallId id) {
  const auto found = latest_.find(id);
  if (found == latest_.end() || found->second.phase == CallPhase::ended) return;
  CallRecord& record = found->second;
  const std::int64_t now_ms = ms_of(world_.scheduler().now() + clock_ahead_);
  record.invited_at_ms = std::min(record.invited_at_ms, now_ms);
  for (auto* time : {&record.ringing_at_ms, &record.accepted_at_ms, &record.connected_at_ms}) {
    if (*time) **time = std::min(**time, now_ms);
  }
  const auto invited = invited_.find(id);
  if (!record.deadline_ms || invited == invited_.end()) return;
  const Duration left = std::min(Duration{*record.deadline_ms - now_ms}, switchboard::kRingLimit);
  invited->second =
      std::max(invited->second, world_.scheduler().now() + left - switchboard::kRingLimit);
}

}  // namespace parley::sim
