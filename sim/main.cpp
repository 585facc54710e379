// parley-sim: plays random worlds until the time or the seeds are used up. docs/simulator.md says
// how to read what it prints.
//
//   parley-sim [--seconds S] [--seeds N] [--from SEED]   random stories; stops at the first
//                                                        violation with exit code 1
//   parley-sim --seed SEED [--save FILE]                 plays one story aloud
//   parley-sim --play FILE...                            plays stories from files
//   parley-sim --tell FILE...                            the same, aloud
//   parley-sim --shrink SEED                             prints the small form of a failing story
//   parley-sim --survey N [--from SEED]                  which invariants N stories break
//   parley-sim --exhaustive DEPTH [--seconds S]          every order of events in a small world
//   parley-sim --record FOLDER --seeds N [--from SEED]   traces of every page, for a comparison
//   parley-sim --mutants CALLS                           deliberate faults must be noticed within
//                                                        so many calls (parley-sim-mutants only)
#include "sim/explore.hpp"
#include "sim/mutants.hpp"
#include "sim/player.hpp"
#include "sim/recorder.hpp"
#include "sim/shrink.hpp"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using parley::sim::Outcome;
using parley::sim::Story;

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

unsigned long long shown(std::uint64_t number) { return number; }

int verdict(const Outcome& outcome) {
  if (!outcome.violation) {
    std::printf("no violation\n");
    return 0;
  }
  std::printf("violation: %s: %s\n", outcome.violation->rule.c_str(),
              outcome.violation->what.c_str());
  return 1;
}

/// Everything that a person needs to look at it: the seed, the small story, the messages in it.
int report(std::uint64_t seed, const Story& story, const Outcome& outcome) {
  std::printf("seed %llu: ", shown(seed));
  (void)verdict(outcome);
  const Story small = parley::sim::shrink(story, outcome.violation->rule);
  std::printf("\n%zu deeds became %zu:\n\n%s\n", story.deeds.size(), small.deeds.size(),
              parley::sim::to_text(small).c_str());
  (void)verdict(parley::sim::play_aloud(small));
  std::printf("\nplay the whole story with: parley-sim --seed %llu\n", shown(seed));
  return 1;
}

bool save(const std::string& path, const Story& story) {
  std::ofstream out(path);
  out << parley::sim::to_text(story);
  return static_cast<bool>(out);
}

int play_files(const std::vector<std::string>& paths, bool aloud) {
  int failed = 0;
  for (const std::string& path : paths) {
    std::ifstream in(path);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto story = parley::sim::read_story(text);
    if (!story) {
      std::printf("%s: not understood: %s\n", path.c_str(), story.error().c_str());
      return 2;
    }
    const Outcome outcome = aloud ? parley::sim::play_aloud(*story) : parley::sim::play(*story);
    if (!aloud && !outcome.violation) continue;
    std::printf("%s: ", path.c_str());
    failed |= verdict(outcome);
  }
  if (!aloud && failed == 0) std::printf("%zu stories from files, no violation\n", paths.size());
  return failed;
}

int swarm(std::uint64_t from, std::uint64_t seeds, double seconds) {
  std::uint64_t played = 0;
  std::uint64_t calls = 0;
  std::uint64_t steps = 0;
  while (played < seeds && cpu_seconds() < seconds) {
    const std::uint64_t seed = from + played++;
    const Story story = parley::sim::story_of(seed);
    const Outcome outcome = parley::sim::play(story);
    calls += outcome.calls;
    steps += outcome.steps;
    if (outcome.violation) return report(seed, story, outcome);
    if (played % 20'000 == 0) {
      std::printf("seed %llu: %llu calls so far\n", shown(seed), shown(calls));
      std::fflush(stdout);
    }
  }
  const double used = cpu_seconds();
  std::printf(
      "seeds %llu to %llu: %llu calls, %llu steps, no violation; %.0f calls per CPU-second\n",
      shown(from), shown(from + played - 1), shown(calls), shown(steps),
      static_cast<double>(calls) / used);
  return 0;
}

/// Goes on after violations and counts them.
int survey(std::uint64_t from, std::uint64_t seeds) {
  std::map<std::string, std::vector<std::uint64_t>> broken;
  for (std::uint64_t seed = from; seed < from + seeds; ++seed) {
    const Outcome outcome = parley::sim::play(parley::sim::story_of(seed));
    if (outcome.violation) broken[outcome.violation->rule].push_back(seed);
  }
  for (const auto& [rule, found] : broken) {
    std::printf("%6zu  %-46s seeds", found.size(), rule.c_str());
    for (std::size_t i = 0; i < found.size() && i < 5; ++i) std::printf(" %llu", shown(found[i]));
    std::printf("\n");
  }
  return broken.empty() ? 0 : 1;
}

int record(const std::string& folder, std::uint64_t from, std::uint64_t seeds) {
  std::uint64_t lines = 0;
  for (std::uint64_t seed = from; seed < from + seeds; ++seed) {
    parley::sim::Recorder recorder(folder, std::to_string(seed));
    (void)parley::sim::play_watched(parley::sim::story_of(seed), recorder);
    lines += recorder.lines();
  }
  std::printf("%llu stories, %llu events recorded\n", shown(seeds), shown(lines));
  return 0;
}

int usage(const char* argument) {
  std::fprintf(stderr, "parley-sim: unknown option %s\n", argument);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  std::uint64_t from = 1;
  std::uint64_t seeds = UINT64_MAX;
  double seconds = 10;
  std::optional<std::uint64_t> seed;
  std::string save_to;
  std::string record_to;
  std::optional<unsigned> depth;
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    const std::string& name = arguments[i];
    if (name == "--play" || name == "--tell") {
      const auto first = arguments.begin() + static_cast<std::ptrdiff_t>(i) + 1;
      return play_files({first, arguments.end()}, name == "--tell");
    }
    if (i + 1 == arguments.size()) return usage(name.c_str());
    const char* value = arguments[i + 1].c_str();
    if (name == "--seconds") {
      seconds = std::strtod(value, nullptr);
    } else if (name == "--seeds") {
      seeds = std::strtoull(value, nullptr, 10);
      seconds = 1e9;
    } else if (name == "--from") {
      from = std::strtoull(value, nullptr, 10);
    } else if (name == "--seed") {
      seed = std::strtoull(value, nullptr, 10);
    } else if (name == "--shrink") {
      const Story story = parley::sim::story_of(std::strtoull(value, nullptr, 10));
      const Outcome outcome = parley::sim::play(story);
      if (!outcome.violation) return verdict(outcome);
      return report(story.seed, story, outcome);
    } else if (name == "--save") {
      save_to = value;
    } else if (name == "--record") {
      record_to = value;
    } else if (name == "--survey") {
      return survey(from, std::strtoull(value, nullptr, 10));
    } else if (name == "--exhaustive") {
      depth = static_cast<unsigned>(std::strtoul(value, nullptr, 10));
      seconds = 1e9;
    } else if (name == "--mutants") {
      return parley::sim::hunt_mutants(std::strtoull(value, nullptr, 10));
    } else {
      return usage(name.c_str());
    }
  }
  if (depth) return parley::sim::explore(*depth, seconds);
  if (!record_to.empty()) return record(record_to, from, seeds);
  if (!seed) return swarm(from, seeds, seconds);
  const Story story = parley::sim::story_of(*seed);
  if (!save_to.empty() && !save(save_to, story)) return 2;
  return verdict(parley::sim::play_aloud(story));
}
