// Plays stories against a core with a deliberate fault until the oracle notices.
#pragma once

#include <cstdint>

namespace parley::sim {

/// Plays the stories against each mutant, for at most this many calls, and prints the invariant
/// that failed. The exit code: 1 when one survives.
int hunt_mutants(std::uint64_t most_calls);

}  // namespace parley::sim
