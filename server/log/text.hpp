// Quotes text from outside for the log: a line stays one line of valid UTF-8, and a terminal shows
// every character.
#pragma once

#include <string>
#include <string_view>

namespace parley::server::log {

/// `text` as a JSON string with its quotes. Invalid UTF-8 becomes U+FFFD. Control characters, and
/// characters that change the direction of text or end lines, become escapes. Long text is cut.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace parley::server::log
