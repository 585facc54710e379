#include "server/cli/data_folder.hpp"

#include "server/cli/output.hpp"

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

namespace parley::server::cli {

std::optional<config::Settings> settings_for(const Parsed& arguments) {
  Arguments flags;
  for (const std::string_view name : {"data", "config"}) {
    if (const auto value = arguments.value(name)) {
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

}  // namespace parley::server::cli
