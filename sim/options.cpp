#include "sim/options.hpp"

#include <boost/program_options.hpp>

#include <charconv>
#include <iostream>
#include <limits>
#include <stdexcept>

namespace parley::sim {

namespace {

namespace po = boost::program_options;

/// A whole number without a sign; boost accepts "-1" as a large number.
struct Count {
  std::uint64_t value = 0;
};

void validate(boost::any& result, const std::vector<std::string>& values, Count*, int) {
  po::validators::check_first_occurrence(result);
  const std::string& text = po::validators::get_single_string(values);
  Count count;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count.value);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw po::invalid_option_value(text);
  }
  result = count;
}

constexpr std::string_view kUsage =
    "parley-sim plays random worlds of phones and a server, and checks that every invariant "
    "holds.\n"
    "docs/simulator.md says how to read what it prints. The exit code is 1 after a violation.\n\n";

po::options_description described() {
  const auto files = [] {
    return po::value<std::vector<std::string>>()->multitoken()->value_name("FILE...");
  };
  const auto number = [] { return po::value<Count>()->value_name("N"); };
  const auto path = [](const char* name) { return po::value<std::string>()->value_name(name); };
  po::options_description what("What to play (random stories, unless one of these is given)");
  what.add_options()                                                            //
      ("seed", number(), "the story of this seed, aloud")                       //
      ("play", files(), "stories from files")                                   //
      ("tell", files(), "stories from files, aloud")                            //
      ("shrink", number(), "the small form of the failing story of this seed")  //
      ("survey", number(), "which invariants so many stories break")            //
      ("exhaustive", po::value<unsigned>()->value_name("DEPTH"),
       "every order of events, so deep, in a small world")                     //
      ("record", path("FOLDER"), "write traces of every page to this folder")  //
      ("mutants", number(),
       "each deliberate fault must be noticed within so many calls (parley-sim-mutants only)");
  po::options_description how("How much");
  how.add_options()                             //
      ("from", number(), "the first seed (1)")  //
      ("seeds", number(), "so many seeds")      //
      ("seconds", po::value<double>()->value_name("S"),
       "so many seconds of the CPU (10, or no limit with --seeds)")        //
      ("save", path("FILE"), "with --seed: write the story to this file")  //
      ("help", "print this");
  what.add(how);
  return what;
}

Mode mode_of(const po::variables_map& given) {
  struct Named {
    const char* name;
    Mode mode;
  };
  std::optional<Named> chosen;
  for (const Named& one : {Named{"seed", Mode::story},
                           {"play", Mode::play},
                           {"tell", Mode::tell},
                           {"shrink", Mode::shrink},
                           {"survey", Mode::survey},
                           {"exhaustive", Mode::exhaustive},
                           {"record", Mode::record},
                           {"mutants", Mode::mutants}}) {
    if (!given.contains(one.name)) continue;
    if (chosen) {
      throw std::runtime_error(std::string("--") + chosen->name + " and --" + one.name +
                               " exclude each other");
    }
    chosen = one;
  }
  return chosen ? chosen->mode : Mode::swarm;
}

}  // namespace

std::optional<Options> parse_options(int count, const char* const* arguments) {
  const po::options_description options = described();
  po::variables_map given;
  // No abbreviations: `--seed` must not mean `--seeds`.
  using Style = po::command_line_style::style_t;
  const int style = Style::unix_style & ~Style::allow_guessing;
  po::store(
      po::command_line_parser(count, arguments).options(options).positional({}).style(style).run(),
      given);
  if (given.contains("help")) {
    std::cout << kUsage << options;
    return std::nullopt;
  }
  const auto number = [&](const char* name) { return given[name].as<Count>().value; };
  Options parsed{.mode = mode_of(given)};
  if (given.contains("from")) parsed.from = number("from");
  if (given.contains("seeds")) parsed.seeds = number("seeds");
  if (parsed.mode == Mode::survey) parsed.seeds = number("survey");
  if (parsed.mode == Mode::record && !parsed.seeds) {
    throw std::runtime_error("--record needs --seeds");
  }
  const bool unlimited = parsed.seeds || parsed.mode == Mode::exhaustive;
  if (given.contains("seconds")) {
    parsed.seconds = given["seconds"].as<double>();
  } else if (unlimited) {
    parsed.seconds = std::numeric_limits<double>::infinity();
  }
  if (parsed.mode == Mode::story) parsed.seed = number("seed");
  if (parsed.mode == Mode::shrink) parsed.seed = number("shrink");
  if (parsed.mode == Mode::play) parsed.files = given["play"].as<std::vector<std::string>>();
  if (parsed.mode == Mode::tell) parsed.files = given["tell"].as<std::vector<std::string>>();
  if (parsed.mode == Mode::exhaustive) parsed.depth = given["exhaustive"].as<unsigned>();
  if (parsed.mode == Mode::record) parsed.record_to = given["record"].as<std::string>();
  if (parsed.mode == Mode::mutants) parsed.mutant_calls = number("mutants");
  if (given.contains("save")) parsed.save_to = given["save"].as<std::string>();
  return parsed;
}

}  // namespace parley::sim
