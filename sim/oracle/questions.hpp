// Questions about devices, records and frames that the parts of the oracle share.
#pragma once

#include "core/testing/world.hpp"
#include "sim/frames.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace parley::sim {

inline std::string name_of(const testing::Device& device) {
  return device.user().text + "/" + std::to_string(device.number());
}

template <class Enum>
std::string word(Enum value) {
  return std::string(names(value)[static_cast<std::size_t>(value)]);
}

inline bool is_over(const phone::CallView& call) { return call.phase == phone::Phase::ended; }

inline bool is_on(const phone::CallView& call) {
  return call.phase == phone::Phase::connecting || call.phase == phone::Phase::active ||
         call.phase == phone::Phase::reconnecting;
}

inline const phone::CallView* find(const testing::Device& device, CallId call) {
  const auto& calls = device.view().calls.items;
  const auto found = std::ranges::find(calls, call, &phone::CallView::call);
  return found == calls.end() ? nullptr : &*found;
}

inline bool has_user(const switchboard::CallRecord& record, const UserId& user) {
  return record.caller.user == user || record.callee.user == user;
}

inline const switchboard::Leg& leg_of(const switchboard::CallRecord& record, const UserId& user) {
  return record.caller.user == user ? record.caller : record.callee;
}

/// Whether the call is hidden from this user: they have blocked its caller.
inline bool is_hidden_from(const switchboard::CallRecord& record, const UserId& user) {
  return record.screened && record.callee.user == user;
}

/// Whether the call counts as one of this user's.
inline bool takes_place(const switchboard::CallRecord& record, const UserId& user) {
  return has_user(record, user) && !is_hidden_from(record, user);
}

/// Whether a call ends as busy because a known person dials its callee: ringing calls of strangers
/// are ended for it.
inline bool makes_room(const switchboard::CallRecord& record,
                       const switchboard::FrameReceived& frame) {
  return record.reason == wire::EndReason::busy && !record.accepted_at_ms &&
         type_of(frame.text) == "invite" &&
         text_in(frame.text, "\"callee\":\"") == record.callee.user.text;
}

/// Frames that decide nothing.
inline bool is_small_talk(std::string_view type) {
  return type == "ping" || type == "pong" || type == "ack";
}

/// The server has this user in a call: dialled or answered, not only ringing.
inline bool has_joined(const switchboard::CallRecord& record, const UserId& user) {
  return record.phase != wire::CallPhase::ringing || record.caller.user == user;
}

}  // namespace parley::sim
