// The version of the server, told by `parley version`, GET /version and the logs.
#pragma once

#include "core/base/version.hpp"

namespace parley::server {

inline constexpr std::string_view kVersion = parley::kVersion;

}  // namespace parley::server
