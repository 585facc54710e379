// Explores a small world completely: two phones, every order in which frames, writes, operations,
// timers and people can follow each other, to a stated depth.
#pragma once

#include <cstdint>

namespace parley::sim {

/// Explores to the depth, or for so many seconds, and prints what was seen. The exit code: 1 when
/// an invariant breaks.
int explore(unsigned depth, double seconds);

}  // namespace parley::sim
