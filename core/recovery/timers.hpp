// The durations of recovery, with their reasons.
#pragma once

#include "core/base/time.hpp"

#include <array>

namespace parley::recovery {

using namespace std::chrono_literals;

/// Media that should arrive and has not for this long is suspicious: the server and the other
/// device are asked for a sign of life. Sound comes every 20 ms.
inline constexpr Duration kStallSuspected = 500ms;
/// A device that answers and sends nothing is asked less and less often, at least this often. The
/// browser notices a dead path as soon.
inline constexpr Duration kStallSuspectedAtMost = 8s;
/// Media is lost after this long without a packet and without a sign of life. A browser says so
/// after 5 to 7 s; a person notices a gap of a second.
inline constexpr Duration kStallLimit = 1s;
/// The other device is asked again after this long while nothing arrives.
inline constexpr Duration kAskForLifeEvery = 1s;
/// A path that is lost gets this long to heal by itself before a restart of ICE is asked for: the
/// browser then goes on within 100 ms, faster than any restart.
inline constexpr Duration kHealsWithin = 500ms;
/// A restart is asked for this long after both devices have reached the server again: media may be
/// back first, on the same path.
inline constexpr Duration kAfterReturn = 100ms;
/// The waits between one try and the next: a restart over a slow link takes 2 s, and what has
/// failed three times does not succeed sooner by being tried more often. The last one repeats.
inline constexpr std::array<Duration, 3> kTryAgainAfter{2s, 4s, 8s};
/// Two restarts are at least this far apart: both devices may ask for the same one.
inline constexpr Duration kRestartPause = 1500ms;
/// A connection that replaces another one gets this long to connect before a restart.
inline constexpr Duration kConnectsWithin = 6s;
/// A connection that was set up while the call rang gets this long from the answer to the first
/// media before a restart: the other side opens its microphone (up to 0.9 s measured) meanwhile.
inline constexpr Duration kWarmBringsMedia = 2s;
/// Restarts of a loss that use every path, before relays only and every path take turns: the paths
/// that ICE prefers have failed, but relays may be out of reach as well.
inline constexpr unsigned kRestartsOnAnyPath = 2;
/// After so many questions in a row, the leader offers without being asked: the other device may
/// not know the question. By then the server has noticed a dead socket (9 s).
inline constexpr unsigned kUnansweredQuestions = 3;
/// A call ends when media has not come back after this long, although both devices reach the
/// server. All of the tries fit in.
inline constexpr Duration kMediaLossLimit = 30s;
/// After both devices have reached the server again, this much is left at least.
inline constexpr Duration kTimeAfterReturn = 20s;
/// A call ends after this long without media in any case. The server keeps a call for 90 s without
/// media (`kMediaLease`).
inline constexpr Duration kLongestMediaLoss = 75s;

}  // namespace parley::recovery
