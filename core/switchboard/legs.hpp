// The two sides of a call record.
#pragma once

#include "core/switchboard/record.hpp"

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

/// True for the device in the call and for a device that is taking the call over.
inline bool has_device(const Leg& leg, const DeviceId& device) {
  return leg.device == device || leg.next_device == device;
}

inline bool is_held(const Leg& leg) { return leg.status && leg.status->held; }

}  // namespace parley::switchboard
