// Explores a small world completely: two phones, and every order of frames, writes, operations,
// timers and actions of people, to a given depth.
#pragma once

#include <cstdint>

namespace parley::sim {

/// Explores to the depth, or for this many seconds, and prints the result. The exit code: 1 when
/// an invariant breaks.
int explore(unsigned depth, double seconds);

}  // namespace parley::sim
