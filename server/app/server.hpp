// The server as a whole: makes the parts, connects them, and runs them until it is told to stop.
#pragma once

#include "server/config/settings.hpp"

#include <expected>
#include <functional>

namespace parley::server::app {

/// Reads the configuration again, when SIGHUP asks for it.
using Reread = std::function<std::expected<config::Settings, config::Problems>()>;

/// Keeps signals that are no order to stop from ending the server. To be called first: somebody may
/// ask for a reload while it starts, and the configuration is then read anyway.
void ignore_stray_signals();

/// Runs until SIGINT or SIGTERM; returns the exit status. Prints one line of JSON on stdout when it
/// is ready.
[[nodiscard]] int serve(const config::Settings& settings, Reread reread);

/// Makes the data folder, readable by its owner alone. Throws std::filesystem::filesystem_error.
void prepare_data_folder(const std::filesystem::path& folder);

}  // namespace parley::server::app
