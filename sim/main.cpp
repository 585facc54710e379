// parley-sim: plays random worlds until the time or the seeds are used up.
#include "sim/explore.hpp"
#include "sim/mutants.hpp"
#include "sim/options.hpp"
#include "sim/player.hpp"
#include "sim/recorder.hpp"
#include "sim/shrink.hpp"

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <exception>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using parley::sim::Mode;
using parley::sim::Options;
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

/// Prints the details of a violation: the seed, the small story, its messages.
int report(std::uint64_t seed, const Story& story, const Outcome& outcome) {
  std::printf("seed %llu: ", shown(seed));
  (void)verdict(outcome);
  const Story small = parley::sim::shrink(story, outcome.violation->rule);
  std::printf("\n%zu actions became %zu:\n\n%s\n", story.actions.size(), small.actions.size(),
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

int swarm(const Options& options) {
  const std::uint64_t from = options.from;
  std::uint64_t played = 0;
  std::uint64_t calls = 0;
  std::uint64_t steps = 0;
  while (played < options.seeds.value_or(UINT64_MAX) && cpu_seconds() < options.seconds) {
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

/// Continues after violations and counts them.
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

int story(const Options& options) {
  const Story story = parley::sim::story_of(options.seed);
  if (!options.save_to.empty() && !save(options.save_to, story)) return 2;
  return verdict(parley::sim::play_aloud(story));
}

int shrink(std::uint64_t seed) {
  const Story story = parley::sim::story_of(seed);
  const Outcome outcome = parley::sim::play(story);
  return outcome.violation ? report(seed, story, outcome) : verdict(outcome);
}

int run(const Options& options) {
  switch (options.mode) {
    case Mode::swarm:
      return swarm(options);
    case Mode::story:
      return story(options);
    case Mode::play:
    case Mode::tell:
      return play_files(options.files, options.mode == Mode::tell);
    case Mode::shrink:
      return shrink(options.seed);
    case Mode::survey:
      return survey(options.from, *options.seeds);
    case Mode::exhaustive:
      return parley::sim::explore(options.depth, options.seconds);
    case Mode::record:
      return record(options.record_to, options.from, *options.seeds);
    case Mode::mutants:
      return parley::sim::hunt_mutants(options.mutant_calls);
  }
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const auto options = parley::sim::parse_options(argc, argv);
    return options ? run(*options) : 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "parley-sim: %s\nTry `parley-sim --help`.\n", error.what());
    return 2;
  }
}
