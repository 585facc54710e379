// Two clocks: the one that deadlines run by never jumps; the one that people read is set right now
// and then, by days on a small computer that boots without one. What is recorded and told follows
// the second.
#include "core/base/mutants.hpp"
#include "core/switchboard/calls/calls.hpp"

#include <algorithm>
#include <utility>

namespace parley::switchboard {

using wire::CallPhase;

namespace {

template <class Change>
void change_times(CallRecord& record, const Change& change) {
  change(record.invited_at_ms);
  for (auto* time : {&record.ringing_at_ms, &record.accepted_at_ms, &record.connected_at_ms,
                     &record.media_at_ms}) {
    if (*time) change(**time);
  }
}

}  // namespace

/// Calls that are on move with the clock: what they have recorded was read from a wrong one, and
/// their deadlines come when they would have come.
void Calls::on(const WallClock& event) {
  const std::int64_t moved_ms = (event.ahead - context_.ahead).count();
  // Deadlines stand still while the machine sleeps, and never run ahead: what moved back was wrong.
  const std::int64_t wrong_by_ms = std::min<std::int64_t>(event.corrected.count(), moved_ms);
  context_.ahead = event.ahead;
  for (auto& [id, call] : calls_) {
    if (call.record.deadline_ms) *call.record.deadline_ms += moved_ms;
    if (mutant(Mutant::records_keep_the_wrong_time)) continue;
    change_times(call.record, [&](std::int64_t& time) { time += wrong_by_ms; });
    store(call);
  }
}

/// The clock may have been set back while the server was down: nothing has happened in the future,
/// and nothing rings or connects for longer than its limit.
void Calls::bring_into_the_past(CallRecord& record) const {
  const std::int64_t now_ms = context_.wall_ms(context_.now);
  change_times(record, [now_ms](std::int64_t& time) { time = std::min(time, now_ms); });
  if (!record.deadline_ms || mutant(Mutant::restored_deadline_believed)) return;
  const Duration limit = record.phase == CallPhase::ringing      ? context_.settings.ring_limit
                         : record.phase == CallPhase::connecting ? context_.settings.connect_limit
                                                                 : context_.settings.media_lease;
  record.deadline_ms = std::min(*record.deadline_ms, now_ms + limit.count());
}

/// Media has come, so that the call is on: then the clock was set while the server was down.
bool Calls::leave_out_lost_time(Call& call) {
  const Duration lost = std::exchange(call.lost, Duration{0});
  change_times(call.record, [lost](std::int64_t& time) { time += lost.count(); });
  call.media_at += lost;
  return lost > Duration{0};
}

/// A client knows the server's clock from its last welcome, and counts on from there.
std::int64_t Calls::told_ms(const SessionFacts& session, std::int64_t wall_ms) const {
  if (mutant(Mutant::told_in_an_unknown_time)) return wall_ms;
  return wall_ms + (session.told_ahead - context_.ahead).count();
}

}  // namespace parley::switchboard
