// The record of a call: written with every transition, closed exactly once.
#pragma once

#include "core/wire/types.hpp"

namespace parley::switchboard {

using json::field;

/// Another device of a user takes over this side of a call. It has the call once it has media.
struct Takeover {
  DeviceId device;
  /// What this device has sent; it becomes the status of the side with the first media. A take-over
  /// ends with the process, and its status is not stored.
  std::optional<wire::LegStatus> status = {};
  bool operator==(const Takeover&) const = default;
};

/// One side of a call.
struct Leg {
  UserId user;
  std::optional<DeviceId> device;
  std::optional<Takeover> takeover;
  std::optional<wire::LegStatus> status;
  bool operator==(const Leg&) const = default;
};

/// An invite that crossed another invite and became part of that call.
struct MergedInvite {
  CallId call;
  /// The device that sent it.
  DeviceId device;
  bool operator==(const MergedInvite&) const = default;
};

struct CallRecord {
  CallId call;
  Leg caller;
  Leg callee;
  wire::MediaKind kind = wire::MediaKind::audio;
  wire::CallPhase phase = wire::CallPhase::ringing;
  /// The number of the pair of devices that connect, counted from 1; 0 until the call is answered.
  std::uint32_t link = 0;
  /// Times in Unix milliseconds; absent for what has not happened.
  std::int64_t invited_at_ms = 0;
  std::optional<std::int64_t> ringing_at_ms;
  std::optional<std::int64_t> accepted_at_ms;
  std::optional<std::int64_t> connected_at_ms;
  /// When a device last reported media; written every `kMediaStoreInterval`, not with every report.
  std::optional<std::int64_t> media_at_ms;
  std::optional<std::int64_t> ended_at_ms;
  /// When the phase times out; absent in phases without a limit.
  std::optional<std::int64_t> deadline_ms;
  std::optional<wire::EndReason> reason;
  std::optional<Error> failure;
  /// The user who ended the call; absent for a time-out.
  std::optional<UserId> ended_by;
  /// The callee has blocked the caller: the call rings nowhere, the caller can't tell, and the
  /// callee gets no message about it.
  bool screened = false;
  /// The callee's own invite to the caller. It has no record of its own; this record replaces the
  /// one that it may have had.
  std::optional<MergedInvite> merged;
  bool operator==(const CallRecord&) const = default;
};

}  // namespace parley::switchboard
