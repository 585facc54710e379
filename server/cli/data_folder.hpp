// The settings and the data folder of a command that works on the data.
#pragma once

#include "server/cli/commands.hpp"
#include "server/config/settings.hpp"

#include <optional>

namespace parley::server::cli {

/// The settings in effect: configuration file and environment count as they do for `serve`. Prints
/// what is wrong.
[[nodiscard]] std::optional<config::Settings> settings_for(const Parsed& arguments);

/// True when the data folder holds a database; prints where it was searched when it does not.
[[nodiscard]] bool has_database(const config::Settings& settings);

}  // namespace parley::server::cli
