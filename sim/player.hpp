// Plays a story: first faults and people, then the faults end and the world must come to peace,
// then all calls are hung up and must leave nothing behind. The oracle checks every step.
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

/// The same, with another observer.
Outcome play_watched(const Story& story, testing::Observer& observer);

}  // namespace parley::sim
