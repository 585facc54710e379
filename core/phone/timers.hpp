// Every duration a phone knows, with its reason. docs/protocol.md has a table of them, so each has
// a comment of its own.
#pragma once

#include "core/base/time.hpp"

namespace parley::phone {

using namespace std::chrono_literals;

// ---- session ----

/// A socket that does not open or greet by then will not: a TLS handshake over a bad mobile link
/// takes 1 to 3 s.
inline constexpr Duration kSocketOpenLimit = 10s;
/// The server pings every 4 s, so this much silence means that one ping was lost and the next is
/// overdue: the socket is dead. Keeps detection under 10 s.
inline constexpr Duration kSilenceLimit = 9s;
/// After a network change a living server answers a ping well within this.
inline constexpr Duration kProbeLimit = 2s;
/// The first retry is immediate; then the back-off doubles from here, with full jitter, so that a
/// thousand clients of a restarted server do not come back in step.
inline constexpr Duration kBackoffFirst = 500ms;
/// A person who watches expects a try every few seconds.
inline constexpr Duration kBackoffLimit = 8s;
/// A session that is lost sooner than this counts as a failed try: a server that welcomes and then
/// hangs up must not be called in a tight loop. Longer than the server takes to its first ping.
inline constexpr Duration kSettledAfter = 5s;

// ---- calls ----

/// An invite the server has not answered by then: the person is told, instead of hearing a call
/// that goes nowhere.
inline constexpr Duration kInviteLimit = 12s;
/// What the server limits is given up here so much later: who is coming back to it (a back-off of
/// 8 s, a socket that takes 10 s) hears how the call ended before it guesses. This only catches a
/// server that is gone.
inline constexpr Duration kGuardMargin = 20s;
/// The longest limit that is believed; a server can be set to 600 s.
inline constexpr Duration kLongestLimit = 15min;
/// For a server that does not say how long it lets ring.
inline constexpr Duration kRingGuard = 150s;
/// A join that is not confirmed by then is lost, and so is an accept once it rings no more.
inline constexpr Duration kAnswerLimit = 20s;
/// For a server that does not say how long it gives a connection; by default that is 30 s (RFC 8863
/// asks for patience beyond most checks).
inline constexpr Duration kConnectGuard = 45s;
/// An event so long after the deadline that was asked for means that nothing ran meanwhile: a
/// frozen page, a machine that slept. Timers of a page in the background are late by up to 1 s.
inline constexpr Duration kGapInTime = 2s;
/// After such a gap nothing that is overdue ends a call before the facts of now could be read: the
/// counters and states of connections at once, the server's word within a slow socket (10 s).
inline constexpr Duration kFreshFactsGrace = 10s;
/// So many gaps in a row are a page that hardly runs: then limits count as they are.
inline constexpr unsigned kMaxGaps = 3;
/// Media that has not come back by then will not without a person doing something (Chromium itself
/// gives a path up after 15 s; a restart then takes a few seconds).
inline constexpr Duration kMediaLossLimit = 30s;
/// An ICE restart is tried again this often while media is lost and signalling works.
inline constexpr Duration kRestartInterval = 6s;
/// A device says this often that media flows; the server ends a call nobody has said it of for
/// several times as long (`kMediaLease`).
inline constexpr Duration kReportInterval = 10s;
/// A status for which the server had no room is said again after so long, or later if the server
/// says so: the other side's device has not taken what was said before. In two calls at once that
/// is less often than the server bears (`kRefusedEvery`).
inline constexpr Duration kTellAgain = 3s;
/// Counters are read this often until media flows, so that "connected" is shown when it is true.
inline constexpr Duration kSampleWhileConnecting = 200ms;
/// Counters are read this often once media flows.
inline constexpr Duration kSampleWhileActive = 2s;
/// Counters are read as often as while connecting for so long after something was switched off:
/// usually that is proven within half a second.
inline constexpr Duration kSampleOftenFor = 5s;
/// A browser's meter of what is sent falls slowly: measured in Chromium, its energy goes on growing
/// for 0.9 s after a track was disabled, though silence is sent from the next packet on.
inline constexpr Duration kMeterDrains = 1s;
/// The meter of what is received falls later, after a jitter buffer that holds up to about half a
/// second.
inline constexpr Duration kPlayoutDrains = 1500ms;
/// How often the loudness of the microphone is looked at during a call. A browser keeps the last
/// 0.68 s (32,768 samples, Web Audio 1.8), so that nothing is missed between two looks.
inline constexpr Duration kMeasureInterval = 600ms;
/// A browser that has not told for so long can't: a hint from before is none any more.
inline constexpr Duration kDeafAfter = 5 * kMeasureInterval;

}  // namespace parley::phone
