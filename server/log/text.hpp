// Text in the log that comes from outside: whatever it holds, a line stays one line, valid UTF-8,
// and shows as what it is.
#pragma once

#include <string>
#include <string_view>

namespace parley::server::log {

/// As a JSON string with its quotes. Bytes that are no UTF-8 become U+FFFD; control characters, and
/// those that turn the direction of text or end lines, become escapes; long text is cut.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace parley::server::log
