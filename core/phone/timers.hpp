// All durations of a phone, with their reasons. docs/protocol.md has a table of them, so each has a
// comment of its own.
#pragma once

#include "core/base/time.hpp"

namespace parley::phone {

using namespace std::chrono_literals;

// ---- session ----

/// How long a socket may take to open, and again to `welcome`: a TLS handshake over a bad mobile
/// link takes 1 to 3 s.
inline constexpr Duration kSocketOpenLimit = 10s;
/// A socket is dead after this long without a frame: the server pings every 4 s, so one ping is
/// lost and the next is overdue. A device detects the loss within 10 s.
inline constexpr Duration kSilenceLimit = 9s;
/// A server that is silent on purpose has said for how long. It may be late by this much: a link
/// with a delay of 2 s may lose a packet.
inline constexpr Duration kPauseMargin = 5s;
/// The longest such pause that a phone believes in.
inline constexpr Duration kLongestPause = 120s;
/// How long the server may take to answer a ping after a change of networks before the socket is
/// dead.
inline constexpr Duration kProbeLimit = 2s;
/// While a call has lost its media, the server gets this multiple of the time that a socket took to
/// open last, for each attempt and for an answer: an attempt that began while there was no path is
/// slower than a new one.
inline constexpr int kHurriedMultiple = 2;
/// And at least this: a busy device or server may take that long to answer.
inline constexpr Duration kHurriedLeast = 600ms;
/// The time that a socket takes to open, until one has: a TLS handshake over a mobile link.
inline constexpr Duration kOpensIn = 1s;
/// One in so many hurried attempts is patient: the new network may be slower than the last one.
inline constexpr unsigned kPatientAttempt = 4;
/// A patient attempt gets this many times as long.
inline constexpr int kPatientMultiple = 4;
/// Patience doubles after so many attempts, and once more after as many again: a network that is
/// much slower than the last one is rare, and patient attempts notice late that the path is back.
inline constexpr unsigned kMorePatientAfter = 12;
/// Hurried attempts begin at least this far apart, so that a server that refuses them at once is
/// not flooded.
inline constexpr Duration kHurriedEvery = 500ms;
/// The first retry is immediate; then the back-off doubles from this value, with full jitter: a
/// thousand clients of a restarted server must not reconnect at the same moment.
inline constexpr Duration kBackoffFirst = 500ms;
/// The longest back-off: a person expects an attempt every few seconds.
inline constexpr Duration kBackoffLimit = 8s;
/// A socket that is lost sooner than this counts as a failed attempt: a client must not reconnect
/// in a tight loop to a server that closes the socket after its `welcome`. This is longer than the
/// time to the server's first ping.
inline constexpr Duration kSettledAfter = 5s;

// ---- calls ----

/// Connections to devices at which a call rings; the server starts no more (`kMaxWarmLinks`).
inline constexpr std::size_t kMaxWarmConnections = 3;
/// How long the server may take to answer an invite. Then the call ends with an error, instead of a
/// ringback tone for a call that does not ring.
inline constexpr Duration kInviteLimit = 12s;
/// The phone gives up a phase this long after the server's own limit: a device that reconnects (a
/// back-off of 8 s, a socket that takes 10 s) gets the end of the call from the server first. The
/// phone's limit only matters when the server is gone.
inline constexpr Duration kGuardMargin = 20s;
/// The longest limit that a phone accepts from a server; the setting of a server goes up to 600 s.
inline constexpr Duration kLongestLimit = 15min;
/// How long a call rings when the server sends no limit.
inline constexpr Duration kRingGuard = 150s;
/// How long the server may take to confirm a join, or an accept when the call no longer rings.
inline constexpr Duration kAnswerLimit = 20s;
/// How long a call connects when the server sends no limit; the default of the server is 30 s (RFC
/// 8863 asks for patience with slow connectivity checks).
inline constexpr Duration kConnectGuard = 45s;
/// A deadline that is handled this late means that nothing ran in between: the page was frozen, or
/// the machine slept. Timers of a page in the background are late by up to 1 s.
inline constexpr Duration kGapInTime = 2s;
/// After such a gap, an overdue limit waits this long before it ends a call: counters and states of
/// connections can be read at once, messages of the server after a slow socket (10 s).
inline constexpr Duration kFreshFactsGrace = 10s;
/// After this many gaps in a row, the page hardly runs, and limits apply without the wait.
inline constexpr unsigned kMaxGaps = 3;
/// A device reports media this often; the server ends a call without a report after several times
/// as long (`kMediaLease`).
inline constexpr Duration kReportInterval = 10s;
/// A status that the server has refused for lack of room is sent again after this long, or after
/// the server's `retry_after_ms` if that is longer. In two calls at once, that is less often than
/// `kRefusedEvery` allows.
inline constexpr Duration kTellAgain = 3s;
/// Pings of the other device are answered in one burst, and afterwards this often: it asks once a
/// second at most, and the channel keeps what it does not read.
inline constexpr Duration kPongEvery = 500ms;
/// Pings that are answered at once.
inline constexpr std::int64_t kPongBurst = 5;
/// Counters are read this often until media flows: the interface shows "connected" without a delay.
inline constexpr Duration kSampleWhileConnecting = 200ms;
/// Counters are read this often once media flows: that it has stopped must be known within about a
/// second.
inline constexpr Duration kSampleWhileActive = 500ms;
/// Counters are read as often as while connecting for this long after a source was switched off;
/// the silence is usually proven within half a second.
inline constexpr Duration kSampleOftenFor = 5s;
/// After a track is disabled, the energy counter of the sender may grow for this long: 0.9 s
/// measured in Chromium, although the next packet is already silent.
inline constexpr Duration kMeterDrains = 1s;
/// The energy counter of the receiver may grow for this long: the jitter buffer adds up to about
/// half a second.
inline constexpr Duration kPlayoutDrains = 1500ms;
/// The loudness of the microphone is measured this often during a call. A browser keeps the last
/// 0.68 s (32,768 samples, Web Audio 1.8), so the measurements leave no gap.
inline constexpr Duration kMeasureInterval = 600ms;
/// A sound hint is dropped after this long without a measurement.
inline constexpr Duration kDeafAfter = 5 * kMeasureInterval;

}  // namespace parley::phone
