// What a User-Agent header says about the software and the system, for the list of one's sessions:
// enough to recognise one's own devices, nothing that decides anything.
#pragma once

#include "server/store/accounts.hpp"

#include <string_view>

namespace parley::server::http {

/// Browsers and systems by the names people know; of other software the name it begins with. Empty
/// for what is not told.
[[nodiscard]] store::DeviceText device_text_of(std::string_view user_agent);

}  // namespace parley::server::http
