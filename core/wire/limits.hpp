// The limits of the protocol. Both sides know them; each has its reason.
#pragma once

#include <cstddef>
#include <cstdint>

namespace parley::wire {

/// The only version so far. A server answers a hello that does not list it with
/// `protocol/unsupported-version`.
inline constexpr std::uint32_t kProtocolVersion = 1;

/// A frame may hold one session description (2 to 20 KB seen) and its envelope, with room to spare.
inline constexpr std::size_t kMaxFrameBytes = 64UL * 1024;

/// The `data` of a signal: its frame on the other side may have longer numbers and ids, and must
/// still fit the size of a frame.
inline constexpr std::size_t kMaxSignalBytes = 63UL * 1024;

/// Messages a session keeps until the other side has acknowledged them: a complete call set-up is
/// about 20 a side, so this covers several set-ups during one outage.
inline constexpr std::size_t kMaxUnacknowledgedMessages = 256;
/// The same bound in bytes; 256 messages of candidates stay far below it.
inline constexpr std::size_t kMaxUnacknowledgedBytes = 512UL * 1024;

/// A text through the data channel of a call: a status has 300 bytes.
inline constexpr std::size_t kMaxDirectBytes = 4UL * 1024;

/// An acknowledgement is part of the next message, or is sent alone after this many messages.
inline constexpr std::uint32_t kAcknowledgeEvery = 16;

/// Candidates in one message; browsers gather 3 to 30 per connection.
inline constexpr std::size_t kMaxCandidatesPerMessage = 32;

/// Display names: enough for real ones, and one line on a phone.
inline constexpr std::size_t kMaxDisplayNameBytes = 128;

/// People whose presence one session can watch.
inline constexpr std::size_t kMaxWatched = 256;

/// Calls that a welcome can list. A user dials and answers two at most; while those are on hold or
/// being dialled, two more that began to ring before may still do so.
inline constexpr std::size_t kMaxCallsInWelcome = 4;

/// WebSocket close codes of this protocol (RFC 6455, 7.4.2 leaves 4000-4999 to applications).
enum class CloseCode : std::uint16_t {
  /// The server stops for good.
  going_away = 1001,
  /// A binary frame came; frames are text.
  unsupported_data = 1003,
  /// A text frame was not UTF-8.
  invalid_text = 1007,
  /// The client sends too much too often; wait before connecting again.
  policy_violation = 1008,
  /// A frame was larger than allowed.
  too_large = 1009,
  /// The server restarts; a goodbye said when to connect again.
  restarting = 1012,
  /// The frames are not of this protocol; the client should not connect again with the same.
  protocol_error = 4000,
  /// The token is unknown or expired: sign in again before connecting.
  not_signed_in = 4001,
  /// A newer socket took this session over.
  replaced = 4002,
  /// No frame came for the keep-alive time, or no hello came.
  timed_out = 4003,
  /// The client sends or makes the server queue more than the limits allow.
  overrun = 4004,
  /// The server supports no version of the hello; the client needs an update.
  unsupported_version = 4005,
};

}  // namespace parley::wire
