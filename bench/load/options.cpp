#include "bench/load/options.hpp"

#include <array>
#include <cstdio>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>

namespace parley::load {

namespace {

constexpr const char* kHelp =
    "parley-load [OPTIONS] [-- OPTIONS OF THE SERVER]\n"
    "\n"
    "Starts a server and measures it with complete calls of many phones.\n"
    "\n"
    "  --modes LIST          of core, idle, relay, saturated, open; all by default. churn, alone\n"
    "                        and with --url: calls in every state until standard input ends, and\n"
    "                        then what the phones were told of each; for tests of the server\n"
    "  --seconds N           how long each of saturated and open measures (8)\n"
    "  --connections N       idle: phones that do nothing (4000)\n"
    "  --calls-at-once N     saturated and churn: calls under way at any time (100)\n"
    "  --people N            saturated: phones that take turns, because the server limits how\n"
    "                        often each may call (2400)\n"
    "  --rate N              open: calls per second (200)\n"
    "  --candidates HOW      separate: six messages each way, as other servers were measured;\n"
    "                        together: one message, as when they are gathered at once (separate)\n"
    "  --json                JSON instead of tables\n"
    "  --server FILE         the program to start (parley, beside this one)\n"
    "  --url URL             measure the server there instead of starting one\n"
    "  --accounts FILE       with --url: lines of \"user token\"; signs people up without\n"
    "  --pid PID             with --url: its process, when it runs on this machine\n";

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  std::istringstream in(list);
  for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
  return parts;
}

double number(const std::string& name, const std::string& text, double least, double most) {
  std::size_t used = 0;
  double value = 0;
  try {
    value = std::stod(text, &used);
  } catch (const std::exception&) {
    used = 0;
  }
  if (used == 0 || used != text.size() || !(value >= least && value <= most)) {
    std::array<char, 64> range{};
    std::snprintf(range.data(), range.size(), "%g to %g", least, most);
    throw std::runtime_error(name + " takes a number from " + range.data());
  }
  return value;
}

Gathering gathering(const std::string& text) {
  if (text == "separate") return Gathering::separate;
  if (text == "together") return Gathering::together;
  throw std::runtime_error("--candidates takes separate or together");
}

}  // namespace

std::optional<Options> parse_options(int count, char** arguments) {
  Options options;
  options.program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "parley";
  const auto size = [](const std::string& name, const std::string& text, double least) {
    return static_cast<std::size_t>(number(name, text, least, 19'900));
  };
  using Setter = std::function<void(const std::string& name, const std::string& value)>;
  const std::map<std::string, Setter> setters{
      {"--modes", [&](auto&, auto& v) { options.modes = split(v); }},
      {"--seconds", [&](auto& n, auto& v) { options.seconds = number(n, v, 1, 3600); }},
      {"--connections", [&](auto& n, auto& v) { options.connections = size(n, v, 1); }},
      {"--calls-at-once", [&](auto& n, auto& v) { options.calls_at_once = size(n, v, 1); }},
      {"--people", [&](auto& n, auto& v) { options.people = size(n, v, 2); }},
      {"--rate", [&](auto& n, auto& v) { options.rate = number(n, v, 0.1, 100'000); }},
      {"--candidates", [&](auto&, auto& v) { options.gathering = gathering(v); }},
      {"--server", [&](auto&, auto& v) { options.program = v; }},
      {"--url", [&](auto&, auto& v) { options.url = v; }},
      {"--accounts", [&](auto&, auto& v) { options.accounts_file = v; }},
      {"--pid",
       [&](auto& n, auto& v) { options.server_pid = static_cast<pid_t>(number(n, v, 1, 4e6)); }},
  };
  for (int i = 1; i < count; ++i) {
    const std::string name = arguments[i];
    if (name == "--help" || name == "-h") {
      std::fputs(kHelp, stdout);
      return std::nullopt;
    }
    if (name == "--json") {
      options.json = true;
      continue;
    }
    if (name == "--") {
      options.server_options.assign(arguments + i + 1, arguments + count);
      break;
    }
    const auto setter = setters.find(name);
    if (setter == setters.end()) throw std::runtime_error("unknown option " + name);
    if (++i == count) throw std::runtime_error(name + " needs a value");
    setter->second(name, arguments[i]);
  }
  return options;
}

}  // namespace parley::load
