// Every duration about microphones and cameras, with its reason.
#pragma once

#include "core/base/time.hpp"

#include <array>

namespace parley::media {

using namespace std::chrono_literals;

/// Opening a device takes up to about 2 s where a driver is slow; what takes longer waits for the
/// person to answer the browser's question.
inline constexpr Duration kAskingAfter = 3s;
/// A source that went away is opened again at once, then with patience, then left to the person.
inline constexpr std::array<Duration, 2> kRepairPauses{1s, 4s};
/// A source that held this long was repaired; the next loss is a new one.
inline constexpr Duration kRepairHolds = 10s;
/// Mute and unmute of a track come in pairs a moment apart (keys, system sounds); the other side
/// hears of what lasts.
inline constexpr Duration kMuteSettles = 1s;
/// A plug brings a burst of changes, and the list is in order only after the last of them.
inline constexpr Duration kListSettles = 300ms;

}  // namespace parley::media
