// Looks at what the configuration names before anybody depends on it: files, folder, port.
#pragma once

#include "server/config/settings.hpp"

#include <string>
#include <vector>

namespace parley::server::app {

struct Findings {
  /// The server would not start, or not work.
  std::vector<std::string> problems;
  /// It works, but not for long or not as one would want.
  std::vector<std::string> warnings;
};

/// Each finding names the option, what is wrong, and what to do. Leaves nothing behind.
[[nodiscard]] Findings check(const config::Settings& settings);

/// Why a port can't be had: "HOST:PORT is in use by another program …".
[[nodiscard]] std::string cannot_listen(const config::Endpoint& endpoint, const std::string& why);

/// What somebody should do about a file or folder that can't be used; empty when nothing is known.
[[nodiscard]] std::string advice_about(const std::filesystem::path& path);

}  // namespace parley::server::app
