// What must be true of a world: after every step (safety), and once faults have healed and timers
// have run out (liveness). Specified in docs/architecture.md#invariants.
#pragma once

#include "core/testing/world.hpp"

#include <optional>
#include <string>

namespace parley::sim {

/// The first safety invariant that does not hold, in words; nothing if all do.
std::optional<std::string> broken_safety(testing::World& world);

/// The first liveness invariant that does not hold in a world that has come to rest.
std::optional<std::string> broken_rest(testing::World& world);

}  // namespace parley::sim
