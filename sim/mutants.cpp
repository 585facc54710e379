#include "sim/mutants.hpp"

#include "core/base/mutants.hpp"
#include "sim/player.hpp"

#include <sys/wait.h>

#include <cstdio>
#include <unistd.h>

namespace parley::sim {

#ifdef PARLEY_MUTANTS

namespace {

const char* name_of(Mutant which) { return kMutantNames[static_cast<std::size_t>(which)].data(); }

/// Plays until the mutant is noticed, and prints the invariant; false when it survives.
bool hunt(Mutant which, std::uint64_t most_calls) {
  active_mutant = which;
  std::uint64_t calls = 0;
  std::uint64_t seed = 0;
  std::optional<Violation> caught;
  while (!caught && calls < most_calls) {
    const Outcome outcome = play(story_of(++seed));
    calls += outcome.calls;
    caught = outcome.violation;
  }
  std::printf("%-46s %-50s %6llu %8llu\n", name_of(which),
              caught ? caught->rule.c_str() : "SURVIVES", static_cast<unsigned long long>(seed),
              static_cast<unsigned long long>(calls));
  std::fflush(stdout);
  return caught.has_value();
}

}  // namespace

int hunt_mutants(std::uint64_t most_calls) {
  std::printf("%-46s %-50s %6s %8s\n", "mutant", "caught by", "seed", "calls");
  std::size_t survivors = 0;
  for (std::size_t i = 1; i < kMutantNames.size(); ++i) {
    const auto which = static_cast<Mutant>(i);
    std::fflush(stdout);
    // A separate process, because a broken core may abort.
    const pid_t child = fork();
    if (child == 0) _exit(hunt(which, most_calls) ? 0 : 1);
    int status = 0;
    (void)waitpid(child, &status, 0);
    if (WIFSIGNALED(status)) {
      std::printf("%-46s %-50s\n", name_of(which), "an assertion of the core");
    } else if (WEXITSTATUS(status) != 0) {
      ++survivors;
    }
  }
  std::printf("%zu mutants, %zu survive\n", kMutantNames.size() - 1, survivors);
  return survivors == 0 ? 0 : 1;
}

#else

int hunt_mutants(std::uint64_t /*most_calls*/) {
  std::fprintf(stderr, "parley-sim: built without mutants; use parley-sim-mutants\n");
  return 2;
}

#endif

}  // namespace parley::sim
