#include "sim/invariants.hpp"

#include <map>

namespace parley::sim {

using phone::Phase;
using testing::Device;
using wire::CallPhase;

namespace {

std::string name_of(const Device& device) {
  return device.user().text + "/" + to_string(device.id());
}

bool sends(const Device& device) {
  for (const auto& [id, connection] : device.connections()) {
    if (connection.feed.microphone == phone::Feed::live) return true;
  }
  return false;
}

std::optional<std::string> broken_on(const Device& device) {
  std::size_t in_front = 0;
  bool uses_media = false;
  bool answered = false;
  for (const phone::CallView& call : device.view().calls.items) {
    const bool on = call.phase == Phase::connecting || call.phase == Phase::active ||
                    call.phase == Phase::reconnecting;
    if (on && !call.held) ++in_front;
    answered = answered || on;
    uses_media = uses_media || on || call.phase == Phase::calling || call.phase == Phase::ringing ||
                 call.phase == Phase::answering;
  }
  if (in_front > 1) return name_of(device) + " is in two calls that are not held";
  if (!uses_media && sends(device)) return name_of(device) + " sends sound without a call";
  if (!answered && device.open_connections() > 0) {
    return name_of(device) + " holds a peer connection without an answered call";
  }
  for (const auto& [id, connection] : device.connections()) {
    if (connection.rejected_candidates > 0) {
      return name_of(device) + " was given a candidate that its connection can't use";
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> broken_safety(testing::World& world) {
  for (const auto& device : world.devices()) {
    if (auto broken = broken_on(*device)) return broken;
  }
  return std::nullopt;
}

std::optional<std::string> broken_rest(testing::World& world) {
  for (const auto& device : world.devices()) {
    if (!device->online()) return name_of(*device) + " did not find the way back to the server";
    for (const phone::CallView& call : device->view().calls.items) {
      if (call.phase == Phase::ended) continue;
      return name_of(*device) + " still shows call " + to_string(call.call) + " as " +
             std::string(names(Phase{})[static_cast<std::size_t>(call.phase)]);
    }
    if (device->open_connections() > 0) return name_of(*device) + " has a connection left";
    if (device->live_tracks() > 0) return name_of(*device) + " has a device open";
    if (device->tone() == phone::Tone::ringtone || device->tone() == phone::Tone::ringback) {
      return name_of(*device) + " still rings";
    }
  }
  if (world.gauges().calls > 0) return "the server still has a call";
  for (const auto& [id, record] : world.records()) {
    const std::string call = "record " + to_string(id);
    if (record.phase != CallPhase::ended || !record.reason || !record.ended_at_ms) {
      return call + " is not closed";
    }
    if (record.connected_at_ms && *record.ended_at_ms < *record.connected_at_ms) {
      return call + " ended before it connected";
    }
    if (record.accepted_at_ms && *record.accepted_at_ms < record.invited_at_ms) {
      return call + " was accepted before it was made";
    }
  }
  return std::nullopt;
}

}  // namespace parley::sim
