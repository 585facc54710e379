// Every duration and bound the switchboard knows, with its reason. docs/protocol.md has a table of
// them, so each has a comment of its own.
#pragma once

#include "core/base/time.hpp"

#include <cstddef>
#include <cstdint>

namespace parley::switchboard {

using namespace std::chrono_literals;

// ---- sessions ----

/// The server pings this often. A link that takes 2 s each way answers a ping after 4 s: that is
/// slow, not silent.
inline constexpr Duration kPingInterval = 4s;
/// A socket is given up after this long without a frame: two pings went unanswered. Callers must
/// not wait more than 10 s to learn that a device is gone.
inline constexpr Duration kSilenceLimit = 9s;
/// After a restart of the server its devices are on their way back for this long: the limit of
/// their back-off (8 s) and a handshake. Nobody is called unreachable before.
inline constexpr Duration kReturnGrace = 10s;
/// A device that lost its socket counts as reachable for this long: reloading a page or changing
/// networks takes 1 to 4 s, and must neither flicker nor end a ringing call.
inline constexpr Duration kPresenceGrace = 5s;
/// A session without a socket is kept for this long; what a client sent and was sent survives.
inline constexpr Duration kSessionGrace = 60s;
/// A device that said its page goes away is given this long to load it again.
inline constexpr Duration kReloadGrace = 20s;
/// A token check that takes longer is a server in trouble; the client comes back.
inline constexpr Duration kAuthenticationLimit = 10s;
/// Devices of one user at once; beyond this the oldest session ends.
inline constexpr std::size_t kMaxSessionsPerUser = 16;

// ---- calls ----

/// How long a call rings. Most systems use 30 to 60 s.
inline constexpr Duration kRingLimit = 45s;
/// From the accept to the first media (RFC 8863 asks for patience with slow checks; people hang up
/// by themselves before).
inline constexpr Duration kConnectLimit = 30s;
/// A ringing call whose caller's device is gone for this long is cancelled: nobody is there to
/// talk.
inline constexpr Duration kCallerGrace = 10s;
/// A call that no device has reported media of for this long is abandoned. While a network between
/// the devices and the server is down for a minute, people go on talking: their devices must find
/// the call when they come back, with a whole back-off (8 s) and a slow socket (10 s) on top.
inline constexpr Duration kMediaLease = 90s;
/// What one side says about media keeps a call for so long after the other side was last heard of:
/// an outage of a minute, a whole back-off and a slow socket, as above. Else a client that says so
/// for ever would keep the other person in a call that this person's device has left.
inline constexpr Duration kUnheardLimit = 90s;
/// The moment of the last media is written this often, so that a crash loses little of it.
inline constexpr Duration kMediaStoreInterval = 30s;
/// Calls that a user can be in: one in front, one on hold. Somebody who is in or rings for so many
/// is busy for a further caller.
inline constexpr std::ptrdiff_t kMaxCalls = 2;

/// An ended call is remembered this long, so that late and repeated requests are answered with how
/// it ended. Longer than a session can be away.
inline constexpr Duration kEndedMemory = 90s;

/// Invites that a user can make in one burst: several wrong numbers, and some programs that redial.
inline constexpr std::int64_t kInviteBurst = 10;
/// After the burst, a user can make one invite in this time. A person does not dial faster.
inline constexpr Duration kInviteEvery = 2s;

}  // namespace parley::switchboard
