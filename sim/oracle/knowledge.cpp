// What a device believes of its calls, against what the store holds.
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

/// A frame over the slowest link, twice, or a dead socket that must be found first.
constexpr Duration kKnownWithin{20'000};
/// By then a device has noticed that its socket is dead, and has come back.
constexpr Duration kNoticed{12'000};
/// The slowest link and the slowest store, there and back.
constexpr Duration kHeardWithin{6'000};

}  // namespace

/// Whether the device believes something of a call that the store knows better.
bool Oracle::is_wrong(const Device& device, const CallView& call) const {
  const CallRecord* record = durable(call.call);
  if (record == nullptr) return false;
  const switchboard::Leg& leg = leg_of(*record, device.user());
  switch (call.phase) {
    case Phase::calling:
    case Phase::ringing:
    case Phase::incoming:
      // A page that was tampered with said an invite of which its phone knows nothing.
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
      // An invite that became part of another call is over by itself; who may not answer has done
      // with the call while it rings on elsewhere.
      if (merged_.contains(call.call) || call.problem == Error::too_many_calls) return false;
      if (is_hidden_from(*record, device.user())) return false;
      if (call.reason == EndReason::failed && gave_up(call.call, device)) return false;
      // Its clock jumped: it rang out too early.
      if (call.reason == EndReason::no_answer) return record->phase == CallPhase::active;
      return record->phase != CallPhase::ended;
  }
  return false;
}

/// A device that reaches the server knows within seconds how its calls stand; and one that does not
/// stops ringing when it is time.
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
  // A device that wakes up may hear an old welcome first, and believe that it is then; that its
  // socket is dead it notices soon.
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
