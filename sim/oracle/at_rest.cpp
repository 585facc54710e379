// The checks after the faults have ended, and after all calls are hung up.
#include "sim/oracle/oracle.hpp"
#include "sim/oracle/questions.hpp"

#include <string>

namespace parley::sim {

using phone::CallView;
using phone::Feed;
using phone::Phase;
using switchboard::CallRecord;
using testing::Device;
using wire::CallPhase;
using wire::EndReason;

const Device* Oracle::device_of(const switchboard::Leg& leg) const {
  for (const auto& device : world_.devices()) {
    if (leg.device == device->id() && leg.user == device->user()) return device.get();
  }
  return nullptr;
}

std::optional<Violation> Oracle::unsettled() const {
  for (const auto& device : world_.devices()) {
    if (!device->online() || !device->reaches_server()) {
      return Violation{"I4 everybody finds the way back to the server", name_of(*device)};
    }
    for (const CallView& call : device->view().calls.items) {
      if (auto unsettled = unsettled_call(*device, call)) return unsettled;
    }
  }
  for (const auto& [id, record] : world_.records()) {
    if (record.phase == CallPhase::ended) continue;
    for (const auto* leg : {&record.caller, &record.callee}) {
      const Device* device = device_of(*leg);
      const CallView* call = device == nullptr ? nullptr : find(*device, id);
      if (call == nullptr || call->phase != Phase::active) {
        return Violation{"I4 no call is on at the server alone",
                         "record " + to_string(id) + " without " + leg->user.text};
      }
    }
  }
  return std::nullopt;
}

std::optional<Violation> Oracle::unsettled_call(const Device& device, const CallView& call) const {
  const std::string who = name_of(device) + " in " + to_string(call.call);
  if (is_over(call)) return std::nullopt;
  const CallRecord* record = durable(call.call);
  if (record == nullptr || record->phase == CallPhase::ended) {
    return Violation{"I4 no device is in a call alone", who + ": " + word(call.phase)};
  }
  const Device* own = device_of(leg_of(*record, device.user()));
  if (call.phase == Phase::elsewhere) {
    if (own == nullptr || own == &device) {
      return Violation{"I3 a call that is elsewhere is somewhere", who};
    }
    return std::nullopt;
  }
  if (call.phase != Phase::active) {
    return Violation{"I4 nothing rings or connects for ever", who + ": " + word(call.phase)};
  }
  if (own != &device) return Violation{"I3 one device of a user is in a call", who};
  const bool is_caller = record->caller.user == device.user();
  const Device* peer = device_of(is_caller ? record->callee : record->caller);
  if (peer == nullptr) return Violation{"I4 no device is in a call alone", who};
  const CallView* other = find(*peer, call.call);
  if (other == nullptr || other->phase != Phase::active) {
    return Violation{"I4 no device is in a call alone", who};
  }
  const auto mine = device.connections().find(call.connection.value_or(PeerConnectionId{}).value);
  const auto theirs =
      peer->connections().find(other->connection.value_or(PeerConnectionId{}).value);
  if (mine == device.connections().end() || theirs == peer->connections().end() ||
      !testing::FakePeerConnection::reaches(mine->second, theirs->second)) {
    return Violation{"I4 media flows in a call that is on", who};
  }
  if (call.peer_status && other->held != call.peer_status->held) {
    return Violation{"I1 both sides see who holds", who};
  }
  if (!call.peer_status && other->held) return Violation{"I1 both sides see who holds", who};
  const bool silent = call.held || other->held;
  if (call.peer_status && !silent) {
    const bool same =
        call.peer_status->microphone == other->sources.microphone.state &&
        call.peer_status->camera == other->sources.camera.state &&
        call.peer_status->sharing == (other->sources.screen.state == wire::SourceState::on);
    if (!same) return Violation{"I1 both sides see what is sent", who};
  }
  const bool wants_sound = call.sources.microphone.wanted && device.has_microphone && !silent &&
                           call.sources.microphone.state == wire::SourceState::on;
  if (wants_sound && mine->second.feed.sent.microphone != Feed::live) {
    return Violation{"I4 media flows in a call that is on", who + " is not heard"};
  }
  return std::nullopt;
}

std::optional<Violation> Oracle::left_over() const {
  for (const auto& device : world_.devices()) {
    const std::string who = name_of(*device);
    if (!device->online()) return Violation{"I4 everybody finds the way back to the server", who};
    for (const CallView& call : device->view().calls.items) {
      if (!is_over(call)) {
        return Violation{"I4 every call ends when it is hung up", who + ": " + word(call.phase)};
      }
      const auto record = world_.records().find(call.call);
      if (record == world_.records().end()) continue;
      // A device that was away for long may have to guess the reason.
      const Watched& w = watched_[device->number() - 1];
      const EndReason reason = call.reason.value_or(EndReason::completed);
      const bool elsewhere =
          (reason == EndReason::answered_elsewhere && record->second.accepted_at_ms) ||
          (reason == EndReason::declined_elsewhere && record->second.reason == EndReason::declined);
      // A device that may not answer shows the problem, and drops the call.
      // A user who has blocked the caller is not told how that call ended.
      const bool refused =
          call.problem == Error::too_many_calls || is_hidden_from(record->second, device->user());
      const bool alone = reason == EndReason::failed && gave_up(call.call, *device);
      if (!w.was_away_for_long && !elsewhere && !refused && !alone &&
          record->second.reason != reason) {
        return Violation{"I2 a call ends alike everywhere",
                         who + " shows " + word(reason) + ", the record says " +
                             word(record->second.reason.value_or(EndReason::completed))};
      }
    }
    if (device->open_connections() > 0) return Violation{"I6 no connection is left", who};
    if (device->live_tracks() > 0) return Violation{"I6 no device is left open", who};
  }
  for (const auto& [id, record] : world_.records()) {
    if (record.phase != CallPhase::ended)
      return Violation{"I2 every record is closed", to_string(id)};
  }
  if (world_.gauges().calls > 0) return Violation{"I4 the server has no call left", "it has"};
  return std::nullopt;
}

}  // namespace parley::sim
