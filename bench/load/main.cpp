// parley-load: measures the cost and the speed of a server. See docs/benchmarks.md.
#include "bench/load/accounts.hpp"
#include "bench/load/modes.hpp"
#include "bench/load/options.hpp"
#include "bench/load/process.hpp"
#include "bench/load/report.hpp"
#include "bench/load/server.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <stdexcept>

namespace parley::load {

namespace {

using Measure = Section (*)(const Target&, const Options&);

struct Mode {
  std::string_view name;
  Measure measure;
};

constexpr std::array kModes{
    Mode{"idle", measure_idle},
    Mode{"saturated", measure_saturated},
    Mode{"open", measure_open},
};

void raise_open_files() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::size_t most_people(const Options& options) {
  std::size_t most = 0;
  for (const std::string& mode : options.modes) most = std::max(most, people_for(mode, options));
  return most;
}

const Figure* find(const std::vector<Section>& sections, std::string_view section,
                   const std::string& figure) {
  const auto in = std::ranges::find(sections, section, &Section::name);
  if (in == sections.end()) return nullptr;
  const auto found = std::ranges::find(in->figures, figure, &Figure::name);
  return found == in->figures.end() ? nullptr : &*found;
}

/// Adds to the last section the cost of its calls relative to the floor, if that was measured.
void compare_with_relay(std::vector<Section>& sections) {
  const std::string name = sections.back().name;
  const Figure* floor = find(sections, "relay", name + "_cpu_s_per_1000_calls");
  const Figure* own = find(sections, name, "server_cpu_s_per_1000_calls");
  if (floor == nullptr || own == nullptr || floor->value <= 0) return;
  sections.back().figures.push_back(
      {"cpu_in_relation_to_relay", own->value / floor->value, "times", 2, "<= 1.5"});
}

/// Runs the modes one after the other, each against a fresh server.
class Run {
 public:
  explicit Run(const Options& options) : options_(options) {}

  std::vector<Section> measure() {
    std::vector<Section> sections;
    for (const std::string& mode : options_.modes) {
      sections.push_back(measure(mode));
      compare_with_relay(sections);
      if (!options_.json) {
        std::fputs(as_table(sections.back()).c_str(), stdout);
        std::fflush(stdout);
      }
    }
    return sections;
  }

 private:
  Section measure(const std::string& name) {
    if (name == "core") return measure_core(options_);
    if (name == "relay") return measure_relay(options_);
    const auto mode = std::ranges::find(kModes, name, &Mode::name);
    if (mode == kModes.end()) throw std::runtime_error("there is no mode " + name);
    if (!options_.url.empty()) return measure_running(*mode);
    prepare();
    const Server server(options_.program, data_.path(), options_.server_options);
    Section section = mode->measure(target(server.endpoint(), server.pid(), name), options_);
    section.figures.push_back({"server_start", server.started_in_s() * 1000, "ms", 0, "< 500"});
    return section;
  }

  Section measure_running(const Mode& mode) {
    const Endpoint endpoint = parse_endpoint(options_.url);
    if (accounts_.empty()) {
      accounts_ = options_.accounts_file.empty() ? sign_up(endpoint, most_people(options_))
                                                 : read_accounts(options_.accounts_file);
    }
    Section section = mode.measure(target(endpoint, options_.server_pid, mode.name), options_);
    if (options_.server_pid == 0) {
      std::erase_if(section.figures, [](const Figure& figure) {
        const std::string& name = figure.name;
        return name.find("cpu") != std::string::npos || name.starts_with("rss") ||
               name.starts_with("server_") || name.starts_with("cores");
      });
      section.notes.push_back("what the server itself uses is unknown without --pid");
    }
    return section;
  }

  /// Makes the accounts with a separate server, so that their cost is not measured.
  void prepare() {
    if (!accounts_.empty()) return;
    const Server server(options_.program, data_.path(), options_.server_options);
    accounts_ = sign_up(server.endpoint(), most_people(options_));
  }

  [[nodiscard]] Target target(const Endpoint& endpoint, pid_t pid, std::string_view mode) const {
    const std::size_t wanted = people_for(std::string(mode), options_);
    const std::span<const Account> all(accounts_);
    return {endpoint, pid, all.first(std::min(wanted, all.size()))};
  }

  const Options& options_;
  TemporaryFolder data_;
  std::vector<Account> accounts_;
};

int run(int count, char** arguments) {
  const auto options = parse_options(count, arguments);
  if (!options) return 0;
  raise_open_files();
  if (options->modes == std::vector<std::string>{"churn"}) {
    const Endpoint endpoint = parse_endpoint(options->url);
    const auto accounts = sign_up(endpoint, people_for("churn", *options));
    return churn({endpoint, 0, accounts}, *options) ? 0 : 1;
  }
  const std::vector<Section> sections = Run(*options).measure();
  if (options->json) std::fputs(as_json(sections).c_str(), stdout);
  return std::ranges::all_of(sections, &Section::good) ? 0 : 1;
}

}  // namespace

}  // namespace parley::load

int main(int count, char** arguments) {
  try {
    return parley::load::run(count, arguments);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "parley-load: %s\n", error.what());
    return 2;
  }
}
