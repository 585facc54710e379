// What the commands have in common: flags with values, finding the configuration, saying what is
// wrong.
#pragma once

#include "server/cli/cli.hpp"
#include "server/config/settings.hpp"

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace parley::server::cli {

struct Parsed {
  std::vector<std::string> positional;
  std::map<std::string, std::string, std::less<>> flags;

  [[nodiscard]] bool has(std::string_view flag) const { return flags.contains(flag); }
  [[nodiscard]] std::optional<std::string> value(std::string_view flag) const;
};

/// Reads `--flag value`, `--flag=value` and, for those in `switches`, `--flag`. Other flags are
/// errors; `--data` and `--config` are always known.
[[nodiscard]] std::expected<Parsed, std::string> parse(const Arguments& arguments,
                                                       const std::vector<std::string>& with_value,
                                                       const std::vector<std::string>& switches);

/// The settings in effect for a command that works on the data: configuration file and environment
/// count as they do for `serve`. Prints what is wrong.
[[nodiscard]] std::optional<config::Settings> settings_for(const Parsed& parsed);

/// Whether the data folder holds a database; prints where it was looked for when it does not.
[[nodiscard]] bool has_database(const config::Settings& settings);

/// Whether something that was printed could not be written: a full disk, a closed stdout.
[[nodiscard]] bool is_output_lost();
inline constexpr std::string_view kOutputLost = "the output could not be written";

/// Prints to stderr and returns kMisused.
int misused(std::string_view what);
/// Prints to stderr and returns kFailed.
int failed(std::string_view what);

}  // namespace parley::server::cli
