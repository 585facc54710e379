// Compares a device's view of its calls with the store.
#include "core/switchboard/legs.hpp"
#include "core/switchboard/timers.hpp"
#include "sim/oracle/oracle.hpp"
#include "sim/oracle/questions.hpp"

#include <algorithm>

namespace parley::sim {

using phone::CallView;
using phone::Phase;
using switchboard::CallRecord;
using testing::Device;
using wire::CallPhase;
using wire::EndReason;

namespace {

/// The time for a frame over the slowest link, twice, or for detecting a dead socket.
constexpr Duration kKnownWithin{20'000};
/// By then a device has detected that its socket is dead, and has reconnected.
constexpr Duration kNoticed{12'000};
/// The slowest link and the slowest store, in both directions.
constexpr Duration kHeardWithin{6'000};

}  // namespace

/// Whether the device's view of the call contradicts the store.
bool Oracle::is_wrong(const Device& device, const CallView& call) const {
  const CallRecord* record = durable(call.call);
  if (record == nullptr) return false;
  const switchboard::Leg& leg = leg_of(*record, device.user());
  switch (call.phase) {
    case Phase::calling:
    case Phase::ringing:
    case Phase::incoming:
      // A changed page sent an invite that its phone does not know.
      if (record->merged && record->merged->device == device.id() && !expect_.in_order) {
        return false;
      }
      return record->phase != CallPhase::ringing || is_hidden_from(*record, device.user());
    case Phase::connecting:
    case Phase::active:
    case Phase::reconnecting:
      return record->phase == CallPhase::ended || !has_device(leg, device.id());
    case Phase::elsewhere:
      return record->phase == CallPhase::ended;
    case Phase::answering:  // has its own limit
      return false;
    case Phase::ended:
      // An absorbed invite ends by itself; a device that may not answer has
      // dropped the call while it rings on other devices.
      if (merged_.contains(call.call) || call.problem == Error::too_many_calls) return false;
      if (is_hidden_from(*record, device.user())) return false;
      if (call.reason == EndReason::failed && gave_up(call.call, device)) return false;
      // Its clock jumped, so ringing ended too early.
      if (call.reason == EndReason::no_answer) return record->phase == CallPhase::active;
      return record->phase != CallPhase::ended;
  }
  return false;
}

/// A device that reaches the server knows the state of its calls within seconds; and one that does
/// not stops ringing at the limit.
void Oracle::check_knowledge(const Device& device) {
  Watched& w = watched(device);
  const Instant now = world_.scheduler().now();
  const Duration ahead = device.local_now() - now;
  if (ahead < std::exchange(w.clock_ahead, ahead)) w.clock_stood = true;
  bool wrong = false;
  bool rings_late = false;
  bool unheard = false;
  for (const CallView& call : device.view().calls.items) {
    wrong = wrong || is_wrong(device, call);
    unheard = unheard || (call.phase == Phase::calling && durable(call.call) == nullptr);
    const auto invited = invited_.find(call.call);
    if (call.phase != Phase::incoming || invited == invited_.end() || w.clock_stood) continue;
    rings_late = rings_late || now - invited->second > switchboard::kRingLimit + kKnownWithin;
  }
  // A device that wakes up may read an old welcome first, and take its time as the present; it
  // detects the dead socket soon.
  if (!rings_late) {
    w.rings_late_since.reset();
  } else if (!w.rings_late_since) {
    w.rings_late_since = now;
  } else if (now - *w.rings_late_since > kNoticed) {
    violate("I4 nothing rings beyond its time", name_of(device));
  }
  const bool here = device.online() && device.reaches_server() && device.link.lost == 0;
  if (!here) {
    w.here_since.reset();
  } else if (!w.here_since) {
    w.here_since = now;
  }
  if (!unheard || !here) {
    w.unheard_since.reset();
  } else if (!w.unheard_since) {
    w.unheard_since = now;
  } else if (now - *w.unheard_since > kHeardWithin && expect_.in_order) {
    violate("L3 an invite is heard", name_of(device));
  }
  if (!wrong || !here) {
    w.wrong_since.reset();
  } else if (!w.wrong_since) {
    w.wrong_since = now;
  } else if (now - *w.wrong_since > kKnownWithin) {
    violate("I4 a device soon knows how its calls stand", name_of(device));
  }
}

}  // namespace parley::sim
