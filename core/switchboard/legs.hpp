// The two sides of a call record.
#pragma once

#include "core/switchboard/record.hpp"

#include <array>
#include <optional>

namespace parley::switchboard {

inline bool in_call(const CallRecord& record, const UserId& user) {
  return record.caller.user == user || record.callee.user == user;
}

inline Leg& own_leg(CallRecord& record, const UserId& user) {
  return record.caller.user == user ? record.caller : record.callee;
}
inline const Leg& own_leg(const CallRecord& record, const UserId& user) {
  return record.caller.user == user ? record.caller : record.callee;
}

inline Leg& other_leg(CallRecord& record, const UserId& user) {
  return record.caller.user == user ? record.callee : record.caller;
}
inline const Leg& other_leg(const CallRecord& record, const UserId& user) {
  return record.caller.user == user ? record.callee : record.caller;
}

/// The device that takes over this side of the call, if there is one.
inline std::optional<DeviceId> takeover_device(const Leg& leg) {
  return leg.takeover ? std::optional(leg.takeover->device) : std::nullopt;
}

/// The device in the call and the device that takes it over.
inline std::array<std::optional<DeviceId>, 2> devices_of(const Leg& leg) {
  return {leg.device, takeover_device(leg)};
}

/// True for the device in the call and for the device that takes it over.
inline bool has_device(const Leg& leg, const DeviceId& device) {
  return leg.device == device || takeover_device(leg) == device;
}

inline bool is_held(const Leg& leg) { return leg.status && leg.status->held; }

}  // namespace parley::switchboard
