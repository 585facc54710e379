#include "server/cli/arguments.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace parley::server::cli {

std::optional<std::string> Parsed::value(std::string_view flag) const {
  const auto found = flags.find(flag);
  if (found == flags.end()) return std::nullopt;
  return found->second;
}

std::expected<Parsed, std::string> parse(const Arguments& arguments,
                                         const std::vector<std::string>& with_value,
                                         const std::vector<std::string>& switches) {
  Parsed parsed;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (!argument.starts_with("--")) {
      parsed.positional.push_back(argument);
      continue;
    }
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(2, equals == std::string::npos ? equals : equals - 2);
    if (std::ranges::find(switches, name) != switches.end() && equals == std::string::npos) {
      parsed.flags[name] = "";
      continue;
    }
    const bool known = name == "data" || name == "config" ||
                       std::ranges::find(with_value, name) != with_value.end();
    if (!known) return std::unexpected("unknown option " + argument);
    if (equals != std::string::npos) {
      parsed.flags[name] = argument.substr(equals + 1);
    } else if (i + 1 < arguments.size()) {
      parsed.flags[name] = arguments[++i];
    } else {
      return std::unexpected("--" + name + " needs a value");
    }
  }
  return parsed;
}

std::optional<config::Settings> settings_for(const Parsed& parsed) {
  Arguments flags;
  for (const std::string_view name : {"data", "config"}) {
    if (const auto value = parsed.value(name)) {
      flags.push_back("--" + std::string(name));
      flags.push_back(*value);
    }
  }
  config::Problems problems;
  auto values = config::read_values(flags, std::getenv);
  if (values) {
    auto settings = config::parse_settings(*values);
    if (settings) return std::move(*settings);
    problems = std::move(settings.error());
  } else {
    problems = std::move(values.error());
  }
  for (const std::string& problem : problems) failed(problem);
  return std::nullopt;
}

bool has_database(const config::Settings& settings) {
  std::error_code error;
  if (std::filesystem::exists(settings.database(), error)) return true;
  failed("there is no database in the folder " +
         std::filesystem::absolute(settings.data, error).string() +
         ": name the server's data folder with --data, or its configuration with --config; a new "
         "server makes one when it first starts");
  return false;
}

bool is_output_lost() { return std::fflush(stdout) != 0 || std::ferror(stdout) != 0; }

int misused(std::string_view what) {
  std::fprintf(stderr, "parley: %.*s\nTry `parley help`.\n", static_cast<int>(what.size()),
               what.data());
  return kMisused;
}

int failed(std::string_view what) {
  std::fprintf(stderr, "parley: %.*s\n", static_cast<int>(what.size()), what.data());
  return kFailed;
}

}  // namespace parley::server::cli
