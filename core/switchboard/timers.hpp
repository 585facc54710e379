// All durations and bounds of the switchboard, with their reasons. docs/protocol.md has a table of
// them, so each has a comment of its own.
#pragma once

#include "core/base/time.hpp"

#include <cstddef>
#include <cstdint>

namespace parley::switchboard {

using namespace std::chrono_literals;

// ---- sessions ----

/// The server pings this often. A link with a delay of 2 s in each direction answers a ping after 4
/// s; it is slow, but not silent.
inline constexpr Duration kPingInterval = 4s;
/// The server closes a socket after this long without a frame: two pings have had no answer.
/// Callers must learn within 10 s that a device is gone.
inline constexpr Duration kSilenceLimit = 9s;
/// A session of a user without a call is pinged this often: proxies and address translators keep
/// silent connections for 30 s and longer, most of them for minutes. The first ping that says so
/// comes after the usual interval.
inline constexpr Duration kQuietPingInterval = 25s;
/// The silence limit of such a session. The presence of a device that is gone without a word is
/// wrong for so long; a call finds out at once, see `kRingProbe`.
inline constexpr Duration kQuietSilenceLimit = 30s;
/// A device that has been quiet and is to ring answers with `ringing`. One that has said nothing
/// for this long is pinged.
inline constexpr Duration kRingProbe = 1s;
/// And is given up this long after it was told to ring: a link with a delay of 2 s in each
/// direction has answered by then.
inline constexpr Duration kRingSilenceLimit = 5s;
/// After a restart, the server waits this long before it reports a user as unreachable: devices
/// need up to their longest back-off (8 s) and a handshake to come back.
inline constexpr Duration kReturnGrace = 10s;
/// A device that lost its socket counts as reachable for this long: a reload of the page or a
/// change of networks takes 1 to 4 s, and must not change the presence or end a ringing call.
inline constexpr Duration kPresenceGrace = 5s;
/// A session without a socket is kept for this long, with the messages that are not acknowledged.
inline constexpr Duration kSessionGrace = 60s;
/// A device that has sent `leaving` has this long to load its page again.
inline constexpr Duration kReloadGrace = 20s;
/// A connection is closed when the check of its token takes longer; the client tries again.
inline constexpr Duration kAuthenticationLimit = 10s;
/// Sessions of one user at once, each of them a device or a page. A further one replaces the
/// session that lost its socket longest ago and is in no call. If all sessions are connected or in
/// a call, the new one is refused with `server/too-many-devices` and close code 1008.
inline constexpr std::size_t kMaxSessionsPerUser = 16;

// ---- calls ----

/// How long a call rings. Most systems use 30 to 60 s.
inline constexpr Duration kRingLimit = 45s;
/// How long a call may take from the accept to the first media. RFC 8863 asks for patience with
/// slow connectivity checks; most people hang up earlier.
inline constexpr Duration kConnectLimit = 30s;
/// A ringing call is cancelled when the caller's device is gone for this long: the caller could not
/// talk.
inline constexpr Duration kCallerGrace = 10s;
/// A call ends as abandoned when no device has reported media for this long. People go on talking
/// while their devices can't reach the server for a minute; the call must still exist when the
/// devices are back, after a full back-off (8 s) and a slow socket (10 s).
inline constexpr Duration kMediaLease = 90s;
/// Media reports of one side keep a call for this long after the last sign of the other side's
/// device: an outage of a minute, a full back-off and a slow socket, as above. Without this limit,
/// a client that keeps reporting media would hold the other person in a call that the other device
/// has left.
inline constexpr Duration kUnheardLimit = 90s;
/// The time of the last media is written this often; a crash loses no more than this of a call's
/// length.
inline constexpr Duration kMediaStoreInterval = 30s;
/// Calls that a user can be in: one in front, one on hold. A user with this many calls, ringing
/// ones included, is busy for a further caller.
inline constexpr std::ptrdiff_t kMaxCallsPerUser = 2;

/// Connections that a call may set up while it rings, those in vain included: a person has few
/// devices at hand, and the caller keeps all of these connections until somebody answers.
inline constexpr std::uint32_t kMaxWarmLinks = 3;

/// How far the time in a call id may be behind the server's clock. Clients make ids by the server's
/// clock, which is in the welcome; the window allows for the delay of a message and for a clock
/// that is set meanwhile.
inline constexpr Duration kCallIdWindow = 10min;
/// How far the time in a call id may be ahead of the server's clock: the clock of a small server
/// may be days behind after a boot until the network sets it, and clients that use their own clock
/// call meanwhile.
inline constexpr Duration kCallIdAhead = std::chrono::hours(744);
/// A server that starts restores this many ended calls, those closed last: their devices may not
/// know of the end, and their ids must not be used again. The order of closing decides, not the
/// time, because the clock may have been set. This takes 0.1 s.
inline constexpr std::int64_t kRestoredCalls = 10'000;
/// A server also restores the calls that ended within this time by the clock: at 17 calls a second
/// and more, the last calls alone do not cover all ids in the window.
inline constexpr Duration kRestoredFor = 3 * kCallIdWindow;
/// The newest ids of calls that are always remembered, also outside the window: a clock that is set
/// back makes their time valid again. They take 5 MB.
inline constexpr std::size_t kCallIdsKept = 100'000;
/// Ids of calls that are remembered at most: 1,600 new calls a second for a whole window. Above
/// this number, an id that is not newer than a forgotten one is refused with `call/call-id-taken`.
inline constexpr std::size_t kMaxCallIds = 1'000'000;

/// Messages of one side of a call that may be unacknowledged in the other side's session: an outage
/// of a minute with an ICE restart every 6 s makes about 50. Two calls leave a quarter of the
/// session's space for messages of the server. Above this number, the sender is refused with
/// `protocol/rate-limited`.
inline constexpr std::size_t kMaxRelayedMessages = 96;
/// The same bound in bytes: 10 restarts with a large description of 20 KB each.
inline constexpr std::size_t kMaxRelayedBytes = 208UL * 1024;
/// Signals and statuses that one side of a call may send in one burst: several set-ups at once.
inline constexpr std::int64_t kRelayBurst = 128;
/// After the burst, one side of a call may send one signal or status in this time.
inline constexpr Duration kRelayEvery = 100ms;
/// Joins of one side of a call in one burst: some reloads of a page and some devices that try to
/// take the call over. After each join the other side connects anew.
inline constexpr std::int64_t kJoinBurst = 16;
/// After the burst, one side of a call may join it once in this time. With the burst, that allows
/// about 50 joins in an outage of a minute.
inline constexpr Duration kJoinEvery = 2s;
/// `progress` messages that a caller gets in one burst: each of 16 devices connects, rings, and
/// gives up.
inline constexpr std::int64_t kProgressBurst = 48;
/// After the burst, a caller gets one `progress` in this time.
inline constexpr Duration kProgressEvery = 1s;
/// A sender that is refused because of unacknowledged messages gets this wait in `retry_after_ms`.
inline constexpr Duration kRelayRetry = 1s;
/// Messages of one session that may be refused for a limit in one burst; after more, the socket is
/// closed with 1008 and the session ends.
inline constexpr std::int64_t kRefusedBurst = 64;
/// After the burst, one message in this time may be refused for a limit.
inline constexpr Duration kRefusedEvery = 1s;
/// `leaving` messages of a page in one burst: each one causes a message to the other side, and a
/// page sends one when it is closed or reloaded.
inline constexpr std::int64_t kLeavingBurst = 5;
/// After the burst, a page may send one `leaving` in this time; further ones are ignored.
inline constexpr Duration kLeavingEvery = 5s;
/// Messages to the other side of a call in one burst that a device has left or is back, over all
/// sessions of the device: a page that is reloaded several times on a bad network.
inline constexpr std::int64_t kComingBurst = 10;
/// After the burst, the other side gets one such message in this time.
inline constexpr Duration kComingEvery = 5s;

/// When a server starts and nothing was written about a call for longer than this, the time since
/// then does not count as part of the call: no two people talk for a day without the server. The
/// clock was set, or the server was off.
inline constexpr Duration kLongestOutage = std::chrono::hours(24);

/// An ended call is remembered for this long: a late or repeated request is answered with `ended`.
/// This is longer than a session can be without a socket.
inline constexpr Duration kEndedMemory = 90s;

/// Invites that a user can make in one burst: several wrong numbers, and some programs that redial.
inline constexpr std::int64_t kInviteBurst = 10;
/// After the burst, a user can make one invite in this time. A person does not dial faster.
inline constexpr Duration kInviteEvery = 2s;
/// The wait that a caller is told when the server refuses new calls because it has too much work:
/// the calls in its queues have got through by then.
inline constexpr Duration kOverloadRetry = 2s;

// ---- people ----

/// Unanswered calls to one person before the caller has to wait: after so many, the callee has
/// noticed the calls or does not want them.
inline constexpr unsigned kFreeAttempts = 6;
/// An unanswered call counts as much as this many calls that were cancelled at once: people dial by
/// mistake, and such a call disturbs little.
inline constexpr unsigned kAttemptWeight = 4;
/// A call that is cancelled before this time counts as cancelled at once: it rang less than twice.
inline constexpr Duration kSeenAfter = 5s;
/// The first wait; it doubles with each further unanswered call.
inline constexpr Duration kFirstWait = 30s;
/// The longest wait of a caller whom the callee does not know.
inline constexpr Duration kLongestWait = std::chrono::hours(1);
/// Unanswered calls before a caller whom the callee knows has to wait: there may be a good reason
/// to insist.
inline constexpr unsigned kFreeAttemptsOfKnown = 10;
/// The longest wait of a caller whom the callee knows.
inline constexpr Duration kLongestWaitOfKnown = std::chrono::minutes(5);
/// Unanswered calls are forgotten this long after the end of their wait.
inline constexpr Duration kAttemptsMemory = std::chrono::hours(1);
/// Callees for whom the unanswered calls of one caller are remembered; the one whose wait ends
/// first is forgotten. A caller can't ring more people than this during the first waits.
inline constexpr std::size_t kMaxAttempts = 64;

/// Relations of one user that are kept in memory: more than a person adds by hand.
inline constexpr std::size_t kMaxRegards = 4096;

/// The assumed time from an invite to `ringing` of a device that has not rung before: a round trip
/// and the drawing of a window.
inline constexpr Duration kUsualRingDelay = 120ms;
/// A device that takes longer than this to ring was asleep; the time is not used as its usual
/// delay.
inline constexpr Duration kLongestRingDelay = 2s;

/// Changes of one user's presence that the watchers get in one burst.
inline constexpr std::int64_t kPresenceBurst = 10;
/// After the burst, the watchers get the current presence once in this time.
inline constexpr Duration kPresenceEvery = 2s;
/// Messages about people that may be unacknowledged in a session; later changes are sent in one
/// message once the client has acknowledged. With two calls, that leaves space for 40 messages of
/// the server.
inline constexpr std::size_t kMaxNews = 24;

/// Ringing calls whose messages may be unacknowledged in a session; each call may also end. More
/// calls than this hardly ring in the minute for which a session is kept. The device rings for
/// further calls once its client has acknowledged. With two calls and messages about people, that
/// leaves space for 16 messages of the server.
inline constexpr std::size_t kMaxRings = 12;

/// Clients get at most one message in this time that the list of people may have changed.
inline constexpr Duration kPeopleNewsEvery = 1s;
/// The interval grows by this much for each session: each client asks for the list again, and the
/// server must not answer more than 200 such requests a second.
inline constexpr Duration kPeopleNewsPerSession = 5ms;

}  // namespace parley::switchboard
