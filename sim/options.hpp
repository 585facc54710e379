// The command line of parley-sim.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace parley::sim {

enum class Mode : std::uint8_t {
  swarm,
  story,
  play,
  tell,
  shrink,
  survey,
  exhaustive,
  record,
  mutants
};

struct Options {
  Mode mode = Mode::swarm;
  std::uint64_t from = 1;
  /// The number of seeds; if absent, as many as the time allows.
  std::optional<std::uint64_t> seeds;
  double seconds = 10;  // of the CPU
  std::uint64_t seed = 0;
  std::string save_to;
  std::string record_to;
  std::vector<std::string> files;
  unsigned depth = 0;
  std::uint64_t mutant_calls = 0;
};

/// Empty after printing the help. Throws std::exception for invalid options.
[[nodiscard]] std::optional<Options> parse_options(int count, const char* const* arguments);

}  // namespace parley::sim
