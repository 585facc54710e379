// The oracle's checks of waiting on a device: for operations that do not report, and after a
// pause in which nothing ran.
#include "core/base/overloaded.hpp"
#include "core/negotiation/timers.hpp"
#include "core/phone/timers.hpp"
#include "sim/frames.hpp"
#include "sim/oracle/oracle.hpp"
#include "sim/oracle/questions.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace parley::sim {

using testing::Device;

/// Deadlines that passed during such a pause end no call before the facts were read.
void Oracle::check_gap(const Device& device, const phone::Event& event) {
  Watched& w = watched(device);
  const auto due = std::exchange(w.due, device.next_deadline());
  const bool gap = due && world_.scheduler().now() - *due > phone::kGapInTime;
  if (!gap || ++w.gaps > phone::kMaxGaps || !std::holds_alternative<phone::TimeReached>(event)) {
    return;
  }
  for (const CallId id : w.on) {
    const phone::CallView* call = find(device, id);
    if (call == nullptr || call->phase != phone::Phase::ended || !call->problem) continue;
    violate("T1 a gap in time ends no call", name_of(device) + ": " + to_string(id));
  }
}

/// An operation of a connection that does not report is given up in time: closed, or repeated.
void Oracle::check_operations(const Device& device, const phone::Event& event,
                              const std::vector<phone::Effect>& effects) {
  Watched& w = watched(device);
  const Instant now = world_.scheduler().now();
  const auto done = [&](const auto& e) {
    if constexpr (requires { e.operation; }) {
      std::erase_if(w.operating, [&](const Watched::Operating& one) {
        return one.connection == e.connection && one.operation == e.operation;
      });
    }
  };
  std::visit(done, event);
  for (const phone::Effect& effect : effects) {
    const auto over = [&](PeerConnectionId id) {
      std::erase_if(w.operating,
                    [&](const Watched::Operating& one) { return one.connection == id; });
    };
    std::visit(Overloaded{
                   [&](const OneOf<phone::MakeOffer, phone::MakeAnswer,
                                   phone::SetRemoteDescription> auto& e) {
                     over(e.connection);
                     w.operating.push_back({e.connection, e.operation, now});
                   },
                   [&](const phone::CloseConnection& e) { over(e.connection); },
                   [](const auto&) {},
               },
               effect);
  }
  // Nothing is expected of a sleeping device, nor right after.
  constexpr Duration kLongest = 2 * negotiation::kOperationLimit;
  for (Watched::Operating& one : w.operating) {
    if (w.slept > phone::kGapInTime) one.since = now;
    if (now - one.since > kLongest) violate("N2 no operation hangs for ever", name_of(device));
  }
}

}  // namespace parley::sim
