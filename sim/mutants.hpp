// Plays stories against a core with a deliberate fault until the oracle notices.
#pragma once

#include <cstdint>

namespace parley::sim {

/// Lets the swarm hunt each mutant, for at most so many calls, and prints what caught it. The exit
/// code: 1 when one survives.
int hunt_mutants(std::uint64_t most_calls);

}  // namespace parley::sim
