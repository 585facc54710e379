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
/// Sessions of one user at once, each of them a device or a page. One more takes the place of the
/// session that has lost its socket longest ago and has no part in a call; where all are connected
/// or in a call, it is refused with `server/too-many-devices` and close code 1008.
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
inline constexpr std::ptrdiff_t kMaxCallsPerUser = 2;

/// How far the time in a call id may be behind the server's clock. Clients make ids by the server's
/// clock, which a welcome tells; this is for what a message waits on its way, and for clocks that
/// are set meanwhile.
inline constexpr Duration kCallIdWindow = 10min;
/// How far it may be ahead: the clock of a small server that has just booted is days behind until
/// the network sets it right, and clients that go by their own clock call meanwhile.
inline constexpr Duration kCallIdAhead = std::chrono::hours(744);
/// A server that starts restores so many of the calls that have ended, those that were closed last:
/// their devices may not have heard of the end, and their ids must not be used again. Their order
/// counts and not their time, for the clock may have been set meanwhile. This takes 0.1 s.
inline constexpr std::int64_t kRestoredCalls = 10'000;
/// On a busy server, with 17 calls a second and more, those are not all whose ids are in the
/// window: it also restores the calls that ended in this time, by the clock.
inline constexpr Duration kRestoredFor = 3 * kCallIdWindow;
/// Ids of calls that are remembered at least, the newest of them: also when a clock that is set
/// back makes their time acceptable once more. 5 MB.
inline constexpr std::size_t kCallIdsKept = 100'000;
/// Ids of calls that are remembered at most: 1,600 new calls a second for a whole window. Beyond
/// this ids that are not newer than a forgotten one are refused with `call/call-id-taken`.
inline constexpr std::size_t kMaxCallIds = 1'000'000;

/// What one side of a call may leave unacknowledged in the other side's session, in messages: an
/// outage of a minute with a restart of ICE every 6 s makes about 50. Two calls leave a quarter of
/// what a session keeps to the server's own messages. Beyond this the sender is refused with
/// `protocol/rate-limited`.
inline constexpr std::size_t kMaxRelayedMessages = 96;
/// The same bound in bytes: 10 restarts with a large description of 20 KB each.
inline constexpr std::size_t kMaxRelayedBytes = 208UL * 1024;
/// Signals and statuses that one side of a call may send in one burst: several set-ups at once.
inline constexpr std::int64_t kRelayBurst = 128;
/// After the burst, one side of a call may send one signal or status in this time.
inline constexpr Duration kRelayEvery = 100ms;
/// Times that one side of a call may join it in one burst: some reloads of a page and some devices
/// that try to take the call over. Each time the other side is told to connect anew.
inline constexpr std::int64_t kJoinBurst = 16;
/// After the burst, one side of a call may join it once in this time. With the burst that makes
/// about 50 in an outage of a minute, as restarts of ICE do.
inline constexpr Duration kJoinEvery = 2s;
/// How often the caller is told in one burst how many devices ring: each of 16 devices comes,
/// rings, and gives up.
inline constexpr std::int64_t kProgressBurst = 48;
/// After the burst, the caller is told once in this time.
inline constexpr Duration kProgressEvery = 1s;
/// A sender that is refused because the other side has not caught up is told to wait this long.
inline constexpr Duration kRelayRetry = 1s;
/// Messages of one session that may be refused for a limit in one burst; beyond this its socket is
/// closed with 1008, and it starts afresh.
inline constexpr std::int64_t kRefusedBurst = 64;
/// After the burst, one message in this time may be refused for a limit.
inline constexpr Duration kRefusedEvery = 1s;
/// A page says once that it goes away, and perhaps again after it came back; in one burst it may do
/// so this often, as each time the other side is told.
inline constexpr std::int64_t kLeavingBurst = 5;
/// After the burst, a page may say this often that it goes away; what comes sooner is ignored.
inline constexpr Duration kLeavingEvery = 5s;
/// How often the other side of a call is told in one burst that a device goes away or is back,
/// whatever sessions it has meanwhile: a page that is reloaded some times over a bad network.
inline constexpr std::int64_t kComingBurst = 10;
/// After the burst, the other side is told once in this time.
inline constexpr Duration kComingEvery = 5s;

/// A call of which nothing was written for so long when the server starts has not lasted all the
/// while: no two people talk for a day without the server. Its clock was set, or it was off.
inline constexpr Duration kLongestOutage = std::chrono::hours(24);

/// An ended call is remembered this long, so that late and repeated requests are answered with how
/// it ended. Longer than a session can be away.
inline constexpr Duration kEndedMemory = 90s;

/// Invites that a user can make in one burst: several wrong numbers, and some programs that redial.
inline constexpr std::int64_t kInviteBurst = 10;
/// After the burst, a user can make one invite in this time. A person does not dial faster.
inline constexpr Duration kInviteEvery = 2s;

// ---- people ----

/// Calls to one person that may ring in vain before the caller has to wait. Who has called so often
/// has been noticed, or is not wanted.
inline constexpr unsigned kFreeAttempts = 6;
/// What a call in vain weighs, against one that was cancelled at once: people correct themselves,
/// and what keeps failing on their side is no nuisance yet.
inline constexpr unsigned kAttemptWeight = 4;
/// A call that is cancelled before it has lasted so long counts as cancelled at once: less than two
/// rings.
inline constexpr Duration kSeenAfter = 5s;
/// The first wait; it doubles with every further call that is not answered.
inline constexpr Duration kFirstWait = 30s;
/// The longest wait of somebody whom the callee does not know.
inline constexpr Duration kLongestWait = std::chrono::hours(1);
/// Calls in vain of somebody whom the callee knows: there may be good reason to insist.
inline constexpr unsigned kFreeAttemptsOfKnown = 10;
/// The longest wait of somebody whom the callee knows.
inline constexpr Duration kLongestWaitOfKnown = std::chrono::minutes(5);
/// Calls in vain are forgotten this long after the wait for them.
inline constexpr Duration kAttemptsMemory = std::chrono::hours(1);
/// People about whom the calls in vain of one caller are remembered; whose wait ends first goes.
/// Nobody can let so many people's phones ring in the time of the first waits.
inline constexpr std::size_t kMaxAttempts = 64;

/// Relations of one user that are kept in memory: more than anybody adds by hand.
inline constexpr std::size_t kMaxRegards = 4096;

/// Between an invite and the word of a device that it rings, as long as the device has not shown
/// how long it takes: a round trip and the drawing of a window.
inline constexpr Duration kUsualRingDelay = 120ms;
/// A device that took longer than this was asleep; nothing is to be learnt from it.
inline constexpr Duration kLongestRingDelay = 2s;

/// How often those who watch somebody are told in one burst that this person comes or goes.
inline constexpr std::int64_t kPresenceBurst = 10;
/// After the burst, they are told once in this time what is true then.
inline constexpr Duration kPresenceEvery = 2s;
/// Presence and news of people that a session may leave unacknowledged; what comes meanwhile is
/// told in one message once it has caught up. With two calls that leaves 40 messages to the
/// server's own.
inline constexpr std::size_t kMaxNews = 24;

/// Calls that a session may be told of without having taken them, each of which may also end: more
/// than ring somewhere in the minute for which a session is kept. Its device rings for further ones
/// once it has caught up. With two calls and news that leaves 16 messages to the server's own.
inline constexpr std::size_t kMaxRings = 12;

/// That the list of people may have changed is told at most this often.
inline constexpr Duration kPeopleNewsEvery = 1s;
/// It is told less often the more sessions there are: each asks the server again, which is not to
/// answer more than 200 a second.
inline constexpr Duration kPeopleNewsPerSession = 5ms;

}  // namespace parley::switchboard
