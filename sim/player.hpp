// Plays a story: faults and people first, then the faults heal and the world must find its peace,
// then everybody hangs up and nothing may be left. Watched by the oracle all the while.
#pragma once

#include "sim/oracle/oracle.hpp"
#include "sim/story.hpp"

#include <optional>
#include <vector>

namespace parley::sim {

struct Outcome {
  std::size_t calls = 0;
  std::uint64_t steps = 0;
  std::optional<Violation> violation;
};

Outcome play(const Story& story);

/// The same, with every action and every message on standard output.
Outcome play_aloud(const Story& story);

/// The same, with somebody else watching too.
Outcome play_watched(const Story& story, testing::Observer& observer);

}  // namespace parley::sim
