// parley-sim: plays random worlds until the time or the seeds are used up.
//
//   parley-sim [--seconds S] [--seeds N] [--from SEED]    stops at the first violation, exit code 1
//   parley-sim --seed SEED                                plays one story aloud
#include "sim/swarm.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>

namespace {

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t from = 1;
  std::uint64_t seeds = UINT64_MAX;
  double seconds = 10;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string_view name = argv[i];
    const char* value = argv[i + 1];
    if (name == "--seconds") {
      seconds = std::strtod(value, nullptr);
    } else if (name == "--seeds") {
      seeds = std::strtoull(value, nullptr, 10);
      seconds = 1e9;
    } else if (name == "--from") {
      from = std::strtoull(value, nullptr, 10);
    } else if (name == "--seed") {
      const auto outcome = parley::sim::play(std::strtoull(value, nullptr, 10), true);
      std::printf("%s\n", outcome.violation ? outcome.violation->c_str() : "no violation");
      return outcome.violation ? 1 : 0;
    } else {
      std::fprintf(stderr, "parley-sim: unknown option %s\n", argv[i]);
      return 2;
    }
  }
  std::uint64_t played = 0;
  std::uint64_t calls = 0;
  std::uint64_t steps = 0;
  while (played < seeds && cpu_seconds() < seconds) {
    const std::uint64_t seed = from + played++;
    const auto outcome = parley::sim::play(seed, false);
    calls += outcome.calls;
    steps += outcome.steps;
    if (!outcome.violation) continue;
    std::printf("seed %llu: %s\nplay it with: parley-sim --seed %llu\n",
                static_cast<unsigned long long>(seed), outcome.violation->c_str(),
                static_cast<unsigned long long>(seed));
    return 1;
  }
  const double used = cpu_seconds();
  std::printf("%llu worlds, %llu calls, %llu steps, no violation; %.0f calls per CPU-second\n",
              static_cast<unsigned long long>(played), static_cast<unsigned long long>(calls),
              static_cast<unsigned long long>(steps), static_cast<double>(calls) / used);
  return 0;
}
