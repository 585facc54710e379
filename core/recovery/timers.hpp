// The durations of recovery, with their reasons.
#pragma once

#include "core/base/time.hpp"

namespace parley::recovery {

using namespace std::chrono_literals;

/// A call ends when media has not come back after this long. Chromium gives up a path after 15 s,
/// and an ICE restart then takes a few seconds.
inline constexpr Duration kMediaLossLimit = 30s;
/// ICE is restarted this often while media is lost and signalling works.
inline constexpr Duration kRestartInterval = 6s;

}  // namespace parley::recovery
