// Reads passwords from stdin, never from the command line, which other users of the machine can
// see.
#pragma once

#include <optional>
#include <string>

namespace parley::server::cli {

/// The first line of stdin. At a terminal it asks, and shows nothing of what is typed.
[[nodiscard]] std::optional<std::string> read_password();

}  // namespace parley::server::cli
