// The version of the server, told by `parley version`, GET /version and the logs.
#pragma once

#include <string_view>

namespace parley::server {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace parley::server
