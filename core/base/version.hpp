// The version of Parley: of the core and, since both are built from one tree, of the server.
#pragma once

#include <string_view>

namespace parley {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace parley
