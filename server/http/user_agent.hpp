// The software and the system from a User-Agent header, for the list of sessions: enough for a user
// to recognise a device. No decision depends on it.
#pragma once

#include "server/store/accounts.hpp"

#include <string_view>

namespace parley::server::http {

/// Browsers and systems with their common names; for other software its first word. Empty
/// if unknown.
[[nodiscard]] store::DeviceText device_text_of(std::string_view user_agent);

}  // namespace parley::server::http
