// Random people in a random world: they call, answer, hang up, mute, hold and change devices while
// sockets break, pages reload and the server crashes. One seed is one story, always the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace parley::sim {

struct Outcome {
  std::size_t calls = 0;
  std::size_t steps = 0;
  std::optional<std::string> violation;
};

/// Plays the story of a seed: faults and people first, then peace, then the check that all is over.
/// With `aloud`, prints what people and faults do, and what every phone says about its calls.
Outcome play(std::uint64_t seed, bool aloud);

}  // namespace parley::sim
